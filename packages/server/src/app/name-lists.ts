/** Names, values and label sets of this server, and of its sources where there are some. */
import { type Listed, type ListNames, listStore } from '../http/index.ts';
import type { Queryable } from '../promql/index.ts';
import {
  compareLabels,
  EMPTY_LABELS,
  type Labels,
  labelsKey,
  withoutLabels,
} from '../series/index.ts';
import type { QuerySources, SourcesConfig } from './query-sources.ts';

/** Builds what answers; replicas are one, as they are in queries. */
export function createNameLists(options: {
  readonly queryable: Pick<Queryable, 'labelNames' | 'labelValues' | 'series'>;
  readonly sources: Pick<QuerySources, 'hasAny' | 'list'>;
  readonly config: () => Pick<SourcesConfig, 'replicaLabels' | 'localLabels'>;
}): ListNames {
  const { queryable, sources, config } = options;
  return (question, signal) => {
    if (!sources.hasAny || question.isLocal) return listStore(queryable, question, EMPTY_LABELS);
    const { replicaLabels, localLabels } = config();
    const own = listStore(queryable, question, localLabels);
    return sources.list(question, signal).then(({ lists, warnings }): Listed => {
      const all = [own, ...lists];
      const said = [...warnings, ...lists.flatMap((one) => one.warnings)];
      const isReplicaLabel = (name: string): boolean => replicaLabels.includes(name);
      const isHidden = question.wants === 'values' && isReplicaLabel(question.label);
      const texts = isHidden ? [] : all.flatMap((one) => one.texts);
      return {
        texts: question.wants === 'names' ? texts.filter((one) => !isReplicaLabel(one)) : texts,
        series: joinReplicas(
          all.flatMap((one) => one.series),
          replicaLabels,
        ),
        warnings: [...new Set(said)],
      };
    });
  };
}

function joinReplicas(
  series: readonly Labels[],
  replicaLabels: readonly string[],
): readonly Labels[] {
  const found = new Map<string, Labels>();
  for (const one of series) {
    const labels = withoutLabels(one, replicaLabels);
    found.set(labelsKey(labels), labels);
  }
  return [...found.values()].sort(compareLabels);
}
