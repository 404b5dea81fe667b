/** Which version of a service runs on which instance, by what it says of itself. */
import type { RunningVersion } from '@nines/contract';
import { type Labels, labelValue, type Matcher, METRIC_NAME } from '../series/index.ts';
import type { Expr } from '../promql/index.ts';
import { VERSIONS_MAX, WINDOW_MS_MIN } from './limits.ts';
import { bindRecipe, parseRecipe } from './recipe.ts';

interface VersionSource {
  readonly metric: RegExp;
  /** Labels that hold the version, the most telling first. */
  readonly labels: readonly string[];
}

const BUILD_LABELS = ['version', 'service_version', 'app_version', 'tag', 'revision', 'commit'];

/**
 * The most telling first. Versions of runtimes and libraries (`nodejs_version_info`, `go_info`,
 * `python_info`, `jvm_info`) and of the host (`node_os_info`) are not the service's.
 */
const SOURCES: readonly VersionSource[] = [
  { metric: /^target_info$/, labels: ['service_version'] },
  { metric: /^(?:app|application|service)_(?:version|info|build_info)$/, labels: BUILD_LABELS },
  { metric: /^build_info$/, labels: BUILD_LABELS },
  { metric: /^(?!go_)\w+_build_info$/, labels: BUILD_LABELS },
  { metric: /^process_info$/, labels: ['version'] },
  { metric: /^go_build_info$/, labels: ['version'] },
];

/** PromQL's regular expression of all metrics that may tell a version. */
const VERSION_METRICS =
  'target_info|(app|application|service)_(version|info)|([a-zA-Z0-9_:]+_)?build_info|process_info';

/** The series of a service that may tell a version. */
export function bindVersions(selectors: readonly (readonly Matcher[])[]): Expr {
  // Parsed when somebody looks at a service: its pattern would take a twentieth of a start.
  const { expr } = parseRecipe(`{__name__=~"${VERSION_METRICS}"}`);
  return bindRecipe(expr, { selectors, windowMs: WINDOW_MS_MIN });
}

/** What a build tool writes where it knows nothing. */
const UNKNOWN = new Set(['', '(devel)', 'unknown', 'dev', 'none']);

/** Versions, each with its instances, from the info series that are there now. */
export function listVersions(infos: readonly Labels[]): readonly RunningVersion[] {
  const byInstance = Map.groupBy(infos, (labels) => labelValue(labels, 'instance'));
  const found = new Map<string, { version: string; source: string; instances: Set<string> }>();
  for (const [instance, own] of byInstance) {
    for (const { version, source } of findVersions(own)) {
      const key = `${version}\n${source}`;
      const entry = found.get(key) ?? { version, source, instances: new Set<string>() };
      entry.instances.add(instance);
      found.set(key, entry);
    }
  }
  return [...found.values()]
    .map(({ version, source, instances }) => ({
      version,
      source,
      instances: [...instances].sort(),
    }))
    .sort((a, b) => b.instances.length - a.instances.length || compare(a.version, b.version))
    .slice(0, VERSIONS_MAX);
}

interface Told {
  readonly version: string;
  readonly source: string;
}

/** What one instance says by its most telling metric; more than one while it changes over. */
function findVersions(infos: readonly Labels[]): readonly Told[] {
  for (const { metric, labels } of SOURCES) {
    const told = infos
      .filter((info) => metric.test(labelValue(info, METRIC_NAME)))
      .flatMap((info): readonly Told[] => {
        const version = labels
          .map((label) => labelValue(info, label))
          .find((value) => !UNKNOWN.has(value));
        if (version === undefined) return [];
        return [{ version, source: labelValue(info, METRIC_NAME) }];
      })
      .sort((a, b) => compare(a.source, b.source));
    if (told.length > 0) return told.filter(({ source }) => source === told[0].source);
  }
  return [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
