import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TraceNode } from '../api/prometheus.ts';
import { formatLatency } from '../format/duration.ts';
import { type Asks, traceQuery } from '../graph/range-query.ts';
import type { Span } from '../graph/span.ts';
import { QueryView } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import styles from './explore.module.css';
import type { ExploreState } from './explore-state.ts';

/** What the parts of a query gave and took; asked for when somebody opens it. */
export function TraceTree(props: {
  readonly expression: string;
  readonly span: Span;
  readonly view: ExploreState['view'];
}) {
  const services: Asks = useServices();
  const [isOpen, setOpen] = useState(false);
  const query = useQuery({ ...traceQuery(services, props), enabled: isOpen });
  return (
    <details className={styles.trace} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('explore.trace')}</summary>
      {isOpen && (
        <QueryView
          query={query}
          what={t('explore.failed')}
          skeleton={<RowsSkeleton count={2} height={34} />}
        >
          {(root) =>
            root === null ? (
              <p className={styles.hint}>{t('explore.trace.none')}</p>
            ) : (
              <ul>
                <TraceRow node={root} />
              </ul>
            )
          }
        </QueryView>
      )}
    </details>
  );
}

function TraceRow({ node }: { readonly node: TraceNode }) {
  const { text, steps, series, samplesRead, elapsedMs, children } = node;
  return (
    <li>
      <code>{text}</code>
      <small>
        {[
          formatLatency(elapsedMs),
          t('explore.trace.series', { count: series }),
          t('explore.trace.steps', { count: steps }),
          t('explore.queries.samples', { count: samplesRead }),
        ].join(' · ')}
      </small>
      {children.length > 0 && (
        <ul>
          {children.map((child, index) => (
            // The parts of a query never change their order.
            <TraceRow key={index} node={child} />
          ))}
        </ul>
      )}
    </li>
  );
}
