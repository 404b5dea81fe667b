import type { ProbePhase } from '@nines/contract';
import { formatLatency } from '../format/duration.ts';
import styles from './probes.module.css';

/** Where the time of a probe went; the words of it are in the details. */
export function PhaseBar({ phases }: { readonly phases: readonly ProbePhase[] }) {
  const shown = phases.filter(({ durationMs }) => durationMs > 0);
  if (shown.length === 0) return null;
  const text = shown
    .map(({ name, durationMs }) => `${name} ${formatLatency(durationMs)}`)
    .join(', ');
  return (
    <span className={styles.phases} aria-hidden="true" title={text}>
      {shown.map(({ name, durationMs }) => (
        <span key={name} data-phase={name} style={{ flexGrow: durationMs }} />
      ))}
    </span>
  );
}
