import type { TargetShard } from '@nines/contract';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import styles from './targets.module.css';

/** Which members of the scrape layer have how many of the targets that it shares. */
export function ShardCounts({ shard }: { readonly shard: TargetShard }) {
  const note = t('targets.shard.note', { count: shard.replicationFactor });
  return (
    <Section title={t('targets.shard.title')} note={note}>
      <ul className={styles.list}>
        {shard.members.map(({ name, targetCount: count }) => (
          <li key={name} className={styles.member}>
            {t(name === shard.name ? 'targets.shard.own' : 'targets.shard.member', { name, count })}
          </li>
        ))}
      </ul>
    </Section>
  );
}
