import type { ProbeView } from '@nines/contract';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import { ProbeRow } from './probe-row.tsx';
import styles from './targets.module.css';

/** What is asked from outside; nothing where nothing is on the schedule. */
export function ProbesSection({ probes }: { readonly probes: readonly ProbeView[] }) {
  if (probes.length === 0) return null;
  return (
    <Section title={t('probes.title')} note={describeCount(probes)}>
      <ul className={styles.list}>
        {probes.map((probe) => (
          <ProbeRow key={`${probe.name}\n${probe.target}`} probe={probe} />
        ))}
      </ul>
    </Section>
  );
}

function describeCount(probes: readonly ProbeView[]): string {
  const good = probes.filter(({ last }) => last?.isSuccess === true).length;
  return t('probes.note', { good, total: probes.length });
}
