import type { Board } from '@nines/contract';
import type { ReactNode } from 'react';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatPercent,
  formatRate,
} from '../format/number.ts';
import { Section } from '../kit/section.tsx';
import { Ago } from '../kit/time.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import styles from './facts.module.css';

type Self = Board['self'];

/** Who watches the watchman: Nines about its own work. */
export function SelfPanel({ self }: { readonly self: Self }) {
  const facts: readonly { readonly name: string; readonly text: ReactNode }[] = [
    {
      name: t('board.self.targets'),
      text: (
        <Rich
          id="board.self.targets.text"
          args={[{ up: formatCount(self.targetsUp), total: formatCount(self.targetsTotal) }]}
        />
      ),
    },
    { name: t('board.self.rules'), text: <Rules self={self} /> },
    { name: t('board.self.pages'), text: <Pages self={self} /> },
    {
      name: t('board.self.series'),
      text: (
        <Rich
          id="board.self.series.text"
          args={[
            { count: formatCompact(self.seriesCount), rate: formatRate(self.samplesPerSecond) },
          ]}
        />
      ),
    },
    { name: t('board.self.memory'), text: <b>{formatBytes(self.residentBytes)}</b> },
  ];
  return (
    <Section isPanel title={t('board.self')}>
      <ul className={styles.facts}>
        {facts.map(({ name, text }) => (
          <li key={name}>
            <span className={styles.key}>{name}</span>
            <span>{text}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Rules({ self }: { readonly self: Self }) {
  const count = formatCount(self.ruleCount);
  if (self.ruleCount === 0) return t('board.self.rules.none');
  if (self.lastEvaluationAt === null)
    return <Rich id="board.self.rules.waiting" args={[{ count }]} />;
  const ago = <Ago at={self.lastEvaluationAt} />;
  return <Rich id="board.self.rules.text" args={[{ count, ago }]} />;
}

function Pages({ self }: { readonly self: Self }) {
  const total = self.pagesDelivered24h + self.pagesFailed24h;
  if (total === 0) return t('board.self.pages.none');
  const ratio = formatPercent(self.pagesDelivered24h / total);
  return <Rich id="board.self.pages.text" args={[{ ratio, count: formatCount(total) }]} />;
}
