import type { TargetView } from '@nines/contract';
import { Link } from 'wouter';
import { serviceTargetsPath } from '../chips/service-path.ts';
import { toSentence } from '../format/sentence.ts';
import { Section } from '../kit/section.tsx';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './service.module.css';

/** All of them are on the page of targets. */
const SHOWN_MAX = 8;
const LEVELS = { up: 'fine', down: 'page', unknown: 'log' } as const;
const ORDER = ['down', 'unknown', 'up'] as const;

/** Who answers and who does not, and why; undefined: not known yet. */
export function ServiceTargets(props: {
  readonly name: string;
  readonly targets: readonly TargetView[] | undefined;
}) {
  const targets = props.targets ?? [];
  const up = targets.filter(({ health }) => health === 'up').length;
  const shown = targets
    .toSorted((a, b) => ORDER.indexOf(a.health) - ORDER.indexOf(b.health))
    .slice(0, SHOWN_MAX);
  const moreCount = targets.length - shown.length;
  return (
    <Section
      isPanel
      title={t('service.targets.title')}
      note={
        <Link href={serviceTargetsPath(props.name)}>
          {t('service.targets.note', { up, total: targets.length })}
        </Link>
      }
    >
      {props.targets?.length === 0 && <p className={styles.none}>{t('service.targets.none')}</p>}
      <ul className={styles.targets}>
        {shown.map(({ job, instance, url, health, lastError }) => (
          <li key={`${job} ${url} ${instance}`}>
            <UrgencyText level={LEVELS[health]}>{instance}</UrgencyText>
            {health !== 'up' && lastError !== null && <p>{toSentence(lastError)}</p>}
          </li>
        ))}
      </ul>
      {moreCount > 0 && (
        <p className={styles.none}>{t('service.targets.more', { count: moreCount })}</p>
      )}
    </Section>
  );
}
