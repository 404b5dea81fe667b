import type { CSSProperties } from 'react';
import { Link } from 'wouter';
import { explorePath } from '../explore/explore-path.ts';
import { QUERY_COUNT_MAX } from '../explore/explore-state.ts';
import { t } from '../messages/translate.ts';
import styles from './boards.module.css';
import { LinePanel } from './line-panel.tsx';
import { NumberPanel } from './number-panel.tsx';
import { TablePanel } from './table-panel.tsx';
import { fillPanel, type PanelQuestion } from './use-boards.ts';

export interface PanelProps extends PanelQuestion {
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

const KINDS = { line: LinePanel, number: NumberPanel, table: TablePanel } as const;

/** One panel of a board: its title, what it shows, and the way to its queries. */
export function PanelCard(props: PanelProps) {
  const { panel, span } = props;
  const Kind = KINDS[panel.kind];
  const expressions = fillPanel(props).slice(0, QUERY_COUNT_MAX);
  const style: CSSProperties & { readonly '--width': number } = { '--width': panel.width };
  return (
    <section className={styles.panel} aria-label={panel.title} style={style}>
      <header>
        <h2>{panel.title}</h2>
        <Link
          href={explorePath({ expressions, span })}
          aria-label={`${t('boards.panel.explore')}: ${panel.title}`}
        >
          {t('boards.panel.explore')}
        </Link>
      </header>
      {panel.description !== null && <p className={styles.description}>{panel.description}</p>}
      <Kind {...props} />
    </section>
  );
}
