import type { BoardFile } from '@nines/contract';
import { Link } from 'wouter';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { t } from '../messages/translate.ts';
import { resolveValues } from './board-state.ts';
import { BoardToolbar } from './board-toolbar.tsx';
import styles from './boards.module.css';
import { PanelCard } from './panel-card.tsx';
import { useBoardState, useVariableValues } from './use-boards.ts';

/** The choices of a board, and its panels for them. */
export function BoardFileView({ board }: { readonly board: BoardFile }) {
  const [state, setState] = useBoardState(board);
  const known = useVariableValues(board.variables);
  const values = resolveValues(board.variables, state.chosen, known);
  return (
    <>
      <BoardToolbar
        board={board}
        span={state.span}
        values={values}
        known={known}
        onSpan={(span) => setState({ ...state, span }, { isStep: true })}
        onChoose={(name, value) =>
          setState({ ...state, chosen: { ...state.chosen, [name]: value } }, { isStep: true })
        }
      />
      {board.panels.length === 0 && (
        <EmptyLesson title={t('boards.empty')} text={t('boards.empty.text', { file: board.file })}>
          <p className={styles.lead}>
            <Link href="/explore">{t('boards.none.explore')}</Link>
          </p>
        </EmptyLesson>
      )}
      <div className={styles.grid}>
        {values !== undefined &&
          board.panels.map((panel, index) => (
            <PanelCard
              // Panels may have the same title; their order is the file's.
              key={`${index} ${panel.title}`}
              panel={panel}
              span={state.span}
              values={values}
              refreshMs={board.refreshMs}
              onZoom={(fromMs, toMs) =>
                setState({ ...state, span: { kind: 'between', fromMs, toMs } }, { isStep: true })
              }
            />
          ))}
      </div>
      <p className={styles.file}>
        {t('boards.file')} <code>{board.file}</code>
      </p>
    </>
  );
}
