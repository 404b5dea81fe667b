import type { ProbeOutcome, ProbeView } from '@nines/contract';
import { Link } from 'wouter';
import { ServiceChip } from '../chips/service-chip.tsx';
import { explorePath } from '../explore/explore-path.ts';
import { formatLatency } from '../format/duration.ts';
import { toSentence } from '../format/sentence.ts';
import { At } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import { PhaseBar } from './phase-bar.tsx';
import probeStyles from './probes.module.css';
import styles from './targets.module.css';

/** How the last run went, and what the newest failures saw. */
export function ProbeDetails({ probe }: { readonly probe: ProbeView }) {
  const { last, failures, service } = probe;
  return (
    <dl className={styles.details}>
      <dt>{t('probes.detail.probe')}</dt>
      <dd>{t('probes.detail.probeText', { name: probe.name, module: probe.module })}</dd>
      <dt>{t('probes.detail.kind')}</dt>
      <dd>{t(`probes.kind.${probe.kind}`)}</dd>
      {service !== null && (
        <>
          <dt>{t('targets.detail.service')}</dt>
          <dd>
            <ServiceChip name={service} />
          </dd>
        </>
      )}
      {last !== null && <Certificate outcome={last} />}
      {last !== null && <Phases outcome={last} />}
      <dt>{t('probes.detail.graph')}</dt>
      <dd>
        <Link href={explorePath({ expressions: [seriesOf(probe)], span: LAST_HOUR })}>
          {t('probes.detail.graphText')}
        </Link>
      </dd>
      {failures.map((failure) => (
        <Failure key={failure.startedAt} outcome={failure} />
      ))}
    </dl>
  );
}

const LAST_HOUR = { kind: 'last', lengthMs: 3_600_000 } as const;

function seriesOf({ name, target }: ProbeView): string {
  return `probe_duration_seconds{probe=${JSON.stringify(name)}, instance=${JSON.stringify(target)}}`;
}

function Certificate({ outcome }: { readonly outcome: ProbeOutcome }) {
  const { certificate } = outcome;
  if (certificate === null) return null;
  const { subject, tlsVersion, expiresAt } = certificate;
  return (
    <>
      <dt>{t('probes.detail.certificate')}</dt>
      <dd>
        {t('probes.detail.certificateText', { subject, version: tlsVersion })} <At at={expiresAt} />
      </dd>
    </>
  );
}

function Phases({ outcome }: { readonly outcome: ProbeOutcome }) {
  const shown = outcome.phases.filter(({ durationMs }) => durationMs > 0);
  if (shown.length === 0) return null;
  return (
    <>
      <dt>{t('probes.detail.phases')}</dt>
      <dd>
        <PhaseBar phases={shown} />
        {shown.map(({ name, durationMs }) => (
          <span key={name} className={probeStyles.phase} data-phase={name}>
            {name} {formatLatency(durationMs)}
          </span>
        ))}
      </dd>
    </>
  );
}

/** The evidence of one failure: the bytes are the target's, and are shown as they came. */
function Failure({ outcome }: { readonly outcome: ProbeOutcome }) {
  const { startedAt, reason, answer, address, headers, firstBytes } = outcome;
  const facts = [answer, address].filter((fact) => fact !== null).join(' · ');
  const lines = headers.map(({ name, value }) => `${name}: ${value}`);
  const text = [...lines, ...(firstBytes === '' ? [] : ['', firstBytes])].join('\n').trim();
  return (
    <>
      <dt>
        <At at={startedAt} />
      </dt>
      <dd>
        {reason !== null && toSentence(reason)} {facts !== '' && <span>({facts})</span>}
        {text !== '' && <pre className={probeStyles.evidence}>{text}</pre>}
      </dd>
    </>
  );
}
