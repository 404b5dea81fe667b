import { Link } from 'wouter';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { BoardFileView } from './board-file-view.tsx';
import { describeBoard } from './headline.ts';
import { useBoardFile } from './use-boards.ts';

/** One board, as its file says. */
export function BoardFilePage({ name }: { readonly name: string }) {
  const query = useBoardFile(name);
  return (
    <PageLayout
      title={query.data?.title ?? name}
      sentence={
        query.data === undefined ? (
          waitingSentence(query.error, t('boards.loading'))
        ) : (
          <SentenceText parts={describeBoard(query.data)} />
        )
      }
    >
      <QueryView
        query={query}
        what={t('boards.one.failed')}
        skeleton={<RowsSkeleton count={3} height={240} />}
      >
        {(board) => <BoardFileView board={board} />}
      </QueryView>
      <p>
        <Link href="/boards">{t('boards.back')}</Link>
      </p>
    </PageLayout>
  );
}
