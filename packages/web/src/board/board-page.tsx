import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { t } from '../messages/translate.ts';
import { BoardSkeleton } from './board-skeleton.tsx';
import { BoardView } from './board-view.tsx';
import { describeBoard } from './headline.ts';
import { useBoard } from './use-board.ts';

/** Is anyone hurt, and who has it? */
export function BoardPage() {
  const query = useBoard();
  const sentence =
    query.data === undefined ? (
      waitingSentence(query.error, t('board.loading'))
    ) : (
      <SentenceText parts={describeBoard(query.data)} />
    );
  return (
    <PageLayout title={t('board.title')} sentence={sentence}>
      <QueryView query={query} what={t('board.failed')} skeleton={<BoardSkeleton />}>
        {(board) => <BoardView board={board} />}
      </QueryView>
    </PageLayout>
  );
}
