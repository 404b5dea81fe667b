import type { Signal } from '@nines/contract';
import { Link } from 'wouter';
import { explorePath } from '../explore/explore-path.ts';
import { QUERY_COUNT_MAX } from '../explore/explore-state.ts';
import { UNKNOWN } from '../format/number.ts';
import { formatUnit } from '../format/unit.ts';
import type { Mark } from '../graph/annotations.ts';
import { Graph } from '../graph/graph.tsx';
import { isEmptyData } from '../graph/graph-data.ts';
import type { Span } from '../graph/span.ts';
import { QueryView } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import styles from './service.module.css';
import { useJoinedLines, useSignalGraph } from './use-service.ts';

const HEIGHT = 170;

/** One signal: what it is now, and its lines over time. */
export function SignalPanel(props: {
  readonly signal: Signal;
  readonly span: Span;
  readonly marks: readonly Mark[];
  readonly onZoom: (fromMs: number, toMs: number) => void;
}) {
  const { signal, span } = props;
  const { answers, error, refetch } = useSignalGraph(signal, span);
  const data = useJoinedLines(signal, answers);
  const title = `${t(`service.signal.${signal.kind}`)} · ${signal.title}`;
  const lines = signal.lines.map(({ name }) => name).join(', ');
  return (
    <section className={styles.signal} aria-label={title}>
      <header>
        <h2>
          {t(`service.signal.${signal.kind}`)} <span>{signal.title}</span>
        </h2>
        <Link
          href={exploreOf(signal, span)}
          aria-label={`${t('service.signal.explore')}: ${title}`}
        >
          {t('service.signal.explore')}
        </Link>
      </header>
      <p className={styles.now}>
        {signal.lines.map(({ name, value }) => (
          <span key={name}>
            <b>{value === null ? UNKNOWN : formatUnit(signal.unit, value)}</b> {name}
          </span>
        ))}
      </p>
      <QueryView
        query={{ data, error, refetch }}
        what={t('service.signal.failed')}
        skeleton={<RowsSkeleton count={1} height={HEIGHT} />}
      >
        {(graph) =>
          isEmptyData(graph) ? (
            <p className={styles.empty} style={{ minHeight: HEIGHT }}>
              {t('service.signal.empty')}
            </p>
          ) : (
            <Graph
              data={graph}
              height={HEIGHT}
              label={t('service.signal.label', { title, lines })}
              syncKey="service"
              unit={signal.unit}
              marks={props.marks}
              onZoom={props.onZoom}
            />
          )
        }
      </QueryView>
      <p className={styles.convention}>
        {t('service.signal.convention', { convention: signal.convention })}
      </p>
    </section>
  );
}

function exploreOf({ lines }: Signal, span: Span): string {
  const expressions = lines.slice(0, QUERY_COUNT_MAX).map(({ expression }) => expression);
  return explorePath({ expressions, span });
}
