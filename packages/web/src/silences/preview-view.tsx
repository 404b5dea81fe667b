import type { SilencedAlert, SilencePreview, SilenceWarning } from '@nines/contract';
import { Link } from 'wouter';
import { alertPath } from '../chips/alert-path.ts';
import { Section } from '../kit/section.tsx';
import { At } from '../kit/time.tsx';
import { UrgencyMark } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './silences.module.css';

/** What a silence would keep quiet now, and would have in the last week. */
export function PreviewView({ preview }: { readonly preview: SilencePreview }) {
  const { firing, firingCount, past, pastCount } = preview;
  return (
    <>
      {preview.warnings.map((warning) => (
        <output className={styles.warning} key={`${warning.code} ${warning.matcher ?? ''}`}>
          <UrgencyMark level="ticket" /> {describeWarning(warning)}
        </output>
      ))}
      <Section title={t('silence.preview.firing', { count: firingCount })}>
        <AlertLines alerts={firing} count={firingCount} none={t('silence.preview.firing.none')} />
      </Section>
      <Section
        title={t('silence.preview.past', { count: pastCount })}
        note={t('silence.preview.pages', { count: preview.pastPageCount })}
      >
        <AlertLines alerts={past} count={pastCount} none={t('silence.preview.past.none')} />
      </Section>
    </>
  );
}

function AlertLines(props: {
  readonly alerts: readonly SilencedAlert[];
  readonly count: number;
  readonly none: string;
}) {
  const { alerts, count, none } = props;
  if (count === 0) return <p className={styles.none}>{none}</p>;
  return (
    <ul className={styles.lines}>
      {alerts.map(({ id, summary, output, service, firedAt }) => (
        <li key={id}>
          <span>
            <UrgencyMark level={output} /> <Link href={alertPath(id)}>{summary}</Link>
            {service !== null && <small> · {service}</small>}
          </span>
          <small>
            {t(`alerts.output.${output}`)} · <At at={firedAt} />
          </small>
        </li>
      ))}
      {count > alerts.length && (
        <li>{t('silence.preview.more', { count: count - alerts.length })}</li>
      )}
    </ul>
  );
}

function describeWarning({ code, matcher }: SilenceWarning): string {
  return t(`silence.warning.${code}`, { matcher: matcher ?? '' });
}
