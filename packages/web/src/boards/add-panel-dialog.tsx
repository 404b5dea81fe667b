import type { BoardFile } from '@nines/contract';
import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { Dialog } from '../kit/dialog.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { AddPanelForm } from './add-panel-form.tsx';
import { boardFilePath } from './board-file-path.ts';
import styles from './boards.module.css';
import type { DraftFields } from './draft.ts';
import { useAddPanel, useBoardFiles } from './use-boards.ts';

/** From a query in Explore to a panel in a board's file. */
export function AddPanelDialog(props: {
  readonly expression: string;
  readonly kind: DraftFields['kind'];
  readonly onClose: () => void;
}) {
  const list = useBoardFiles();
  const add = useAddPanel();
  return (
    <Dialog label={t('boards.add.title')} onClose={props.onClose}>
      {add.data === undefined ? (
        <QueryView
          query={list}
          what={t('boards.failed')}
          skeleton={<RowsSkeleton count={3} height={36} />}
        >
          {(boards) => <AddPanelForm {...props} list={boards} add={add} />}
        </QueryView>
      ) : (
        <Added board={add.data} onClose={props.onClose} />
      )}
    </Dialog>
  );
}

function Added(props: { readonly board: BoardFile; readonly onClose: () => void }) {
  const { board } = props;
  return (
    <section className={styles.form} aria-live="polite">
      <h2>{t('boards.added', { board: board.title })}</h2>
      <p className={styles.note}>
        {t('boards.added.text')} <code>{board.file}</code>
      </p>
      <div className={styles.buttons}>
        <Button component={Link} href={boardFilePath(board.name)} variant="filled" data-autofocus>
          {t('boards.added.open')}
        </Button>
        <Button onClick={props.onClose}>{t('shell.close')}</Button>
      </div>
    </section>
  );
}
