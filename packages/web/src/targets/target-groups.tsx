import type { DroppedTarget, TargetShard } from '@nines/contract';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { Section } from '../kit/section.tsx';
import { useGrowingWindow } from '../kit/use-growing-window.ts';
import { t } from '../messages/translate.ts';
import { DroppedTargets } from './dropped-targets.tsx';
import { ShardCounts } from './shard-counts.tsx';
import { type JobGroup, takeRows } from './target-filter.ts';
import { TargetRow } from './target-row.tsx';
import styles from './targets.module.css';

const SCRAPE = `scrape_configs:
  - job_name: node
    static_configs: [{ targets: ['127.0.0.1:9100'] }]`;

/** All targets, by job. */
export function TargetGroups(props: {
  readonly groups: readonly JobGroup[];
  /** There are no targets at all, whatever the filter. */
  readonly isEmpty: boolean;
  readonly shard: TargetShard | null;
  readonly dropped: readonly DroppedTarget[];
  readonly droppedCount: number;
}) {
  const { count, end } = useGrowingWindow(
    props.groups.reduce((sum, { totalCount }) => sum + totalCount, 0),
  );
  if (props.isEmpty) {
    return (
      <EmptyLesson
        title={t('targets.none')}
        text={t('targets.none.text')}
        code={{ text: SCRAPE, label: t('board.services.none.label') }}
      />
    );
  }
  return (
    <>
      {props.groups.length === 0 && (
        <EmptyLesson title={t('targets.none.filtered')} text={t('targets.none.filtered.text')} />
      )}
      {takeRows(props.groups, count).map(({ job, targets, upCount, totalCount }) => (
        <Section
          key={job}
          title={job}
          note={t('targets.group.note', { up: upCount, total: totalCount })}
        >
          <ul className={styles.list}>
            {targets.map((target) => (
              <TargetRow key={`${target.url} ${target.instance}`} target={target} />
            ))}
          </ul>
        </Section>
      ))}
      <div ref={end} />
      {props.shard !== null && <ShardCounts shard={props.shard} />}
      <DroppedTargets dropped={props.dropped} droppedCount={props.droppedCount} />
    </>
  );
}
