import type { RuleQuality } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { viewerTime } from '../format/time.ts';
import { QueryView } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { whyPath } from '../why/why-state.ts';
import styles from './lint.module.css';
import { ruleQualityQuery } from './lint-queries.ts';

/** Which rules in force flap, always fire together, or never fired. */
export function RuleQualitySection() {
  const { client } = useServices();
  const query = useQuery(ruleQualityQuery(client));
  const { data } = query;
  const since = data && t('quality.since', { time: viewerTime.short(data.since, data.now) });
  return (
    <div className={styles.others}>
      <Section title={t('quality.title')} note={since}>
        <QueryView
          query={query}
          what={t('quality.failed')}
          skeleton={<RowsSkeleton count={2} height={40} />}
        >
          {(quality) => <Quality quality={quality} />}
        </QueryView>
      </Section>
    </div>
  );
}

function Quality({ quality }: { readonly quality: RuleQuality }) {
  const { rules, together } = quality;
  const flapping = rules.filter(({ isFlapping }) => isFlapping);
  const silent = rules.filter(({ firedCount }) => firedCount === 0);
  return (
    <>
      {flapping.length + together.length === 0 && <p>{t('quality.fine')}</p>}
      <ul className={styles.findings}>
        {flapping.map((rule) => (
          <Item key={`${rule.group} ${rule.name}`} rule={rule}>
            {t('quality.flaps', {
              returned: String(rule.returnedCount),
              fired: String(rule.firedCount),
            })}
          </Item>
        ))}
        {together.map(({ first, second, count }) => (
          <Item key={`${first.group} ${first.name} ${second.group} ${second.name}`} rule={first}>
            {t('quality.together', { name: second.name, times: String(count) })}
          </Item>
        ))}
      </ul>
      {silent.length > 0 && (
        <details className={styles.silent}>
          <summary>{t('quality.never', { count: silent.length })}</summary>
          <ul className={styles.findings}>
            {silent.map((rule) => (
              <Item key={`${rule.group} ${rule.name}`} rule={rule} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Item(props: {
  readonly rule: { readonly name: string; readonly group: string };
  readonly children?: ReactNode;
}) {
  const { name, group } = props.rule;
  return (
    <li>
      <span>
        <Link href={whyPath({ rule: name, group })}>{name}</Link> {props.children}
      </span>
    </li>
  );
}
