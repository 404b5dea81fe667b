import type { Settings } from '@nines/contract';
import type { ReactNode } from 'react';
import { ServiceChip } from '../chips/service-chip.tsx';
import { formatConfigDuration } from '../format/duration.ts';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import { LESSONS } from './lessons.ts';
import styles from './settings.module.css';

/** What the configuration declares, in words. */
export function DeclaredSections({ settings }: { readonly settings: Settings }) {
  return (
    <>
      <Section title={t('settings.services')}>
        <List items={settings.services} lesson="services">
          {({ name, owner, match }) => (
            <li key={name}>
              <b>
                <ServiceChip name={name} />
              </b>
              <span>{owner ?? t('board.service.noOwner')}</span>
              <code>{match.join('  ')}</code>
            </li>
          )}
        </List>
      </Section>
      <Section title={t('settings.policies')}>
        <List items={settings.escalationPolicies} lesson="policies">
          {({ name, steps }) => (
            <li key={name}>
              <b>{name}</b>
              <ol>
                {steps.map(({ notify, waitMs }, index) => (
                  // Steps are known by their place.
                  <li key={index}>
                    {t('settings.policies.step', {
                      step: index + 1,
                      ways: notify.join(', '),
                      wait: formatConfigDuration(waitMs),
                    })}
                  </li>
                ))}
              </ol>
            </li>
          )}
        </List>
      </Section>
      <Section title={t('settings.webhooks')}>
        <List items={settings.webhooks} lesson="webhooks">
          {({ name, url }) => (
            <li key={name}>
              <b>{name}</b>
              <span>{url}</span>
            </li>
          )}
        </List>
      </Section>
      <Section title={t('settings.rules')}>
        <List items={settings.ruleFiles} lesson="rules">
          {({ file, groupCount, ruleCount }) => (
            <li key={file}>
              <b>{file}</b>
              <span>
                {t('settings.rules.groups', { count: groupCount })},{' '}
                {t('settings.rules.rules', { count: ruleCount })}
              </span>
            </li>
          )}
        </List>
      </Section>
    </>
  );
}

function List<T>(props: {
  readonly items: readonly T[];
  readonly lesson: 'services' | 'policies' | 'webhooks' | 'rules';
  readonly children: (item: T) => ReactNode;
}) {
  if (props.items.length > 0)
    return <ul className={styles.list}>{props.items.map(props.children)}</ul>;
  return (
    <EmptyLesson
      title={t(`settings.${props.lesson}.none`)}
      text={t(`settings.${props.lesson}.none.text`)}
      code={{ text: LESSONS[props.lesson], label: t('settings.lesson') }}
    />
  );
}
