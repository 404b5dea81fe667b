import type { RunningQuery, SlowQuery } from '@nines/contract';
import { formatLatency } from '../format/duration.ts';
import { Section } from '../kit/section.tsx';
import { Ago } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import { RoleButton } from '../session/role-button.tsx';
import styles from './explore.module.css';
import { useQueryList } from './use-queries.ts';

/** Of the slow ones; the command line lists a hundred. */
const SLOW_SHOWN = 5;

/** What others ask right now, and what took long: shown where there is something of it. */
export function QueryList() {
  const { list, stop } = useQueryList();
  if (list === undefined || list.running.length + list.slow.length === 0) return null;
  return (
    <div className={styles.queryList}>
      <Section title={t('explore.queries')}>
        <ul className={styles.queries}>
          {list.running.map((query) => (
            <RunningRow key={query.id} query={query} onStop={() => stop.mutate(query.id)} />
          ))}
          {list.slow.slice(0, SLOW_SHOWN).map((query) => (
            <SlowRow key={`${query.startedAt} ${query.expression}`} query={query} />
          ))}
        </ul>
      </Section>
    </div>
  );
}

function RunningRow(props: { readonly query: RunningQuery; readonly onStop: () => void }) {
  const { expression, asker, startedAt, state, samplesRead } = props.query;
  return (
    <li>
      <div>
        <code>{expression}</code>
        <p>
          {t(`explore.queries.${state}`)} · <Ago at={startedAt} />
          {asker !== '' && ` · ${asker}`} · {t('explore.queries.samples', { count: samplesRead })}
        </p>
      </div>
      {state !== 'stopping' && (
        <RoleButton needs="responder" onClick={props.onStop}>
          {t('explore.queries.stop')}
        </RoleButton>
      )}
    </li>
  );
}

function SlowRow({ query }: { readonly query: SlowQuery }) {
  const { expression, asker, startedAt, elapsedMs, samplesRead, error } = query;
  return (
    <li>
      <div>
        <code>{expression}</code>
        <p>
          {t('explore.queries.took', { took: formatLatency(elapsedMs) })} · <Ago at={startedAt} />
          {asker !== '' && ` · ${asker}`} · {t('explore.queries.samples', { count: samplesRead })}
          {error !== null && ` · ${error}`}
        </p>
      </div>
    </li>
  );
}
