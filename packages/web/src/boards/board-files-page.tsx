import type { BoardFileList } from '@nines/contract';
import { Link } from 'wouter';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { boardFilePath } from './board-file-path.ts';
import styles from './boards.module.css';
import { describeBoards } from './headline.ts';
import { useBoardFiles } from './use-boards.ts';

const EXAMPLE = `title: Checkout
panels:
  - title: Orders by result
    unit: per_second
    queries:
      - expr: sum by (code) (rate(orders_total[5m]))
        legend: '{{code}}'`;

/** What did we choose to look at? */
export function BoardFilesPage() {
  const query = useBoardFiles();
  return (
    <PageLayout
      title={t('nav.boards')}
      sentence={
        query.data === undefined ? (
          waitingSentence(query.error, t('boards.loading'))
        ) : (
          <SentenceText parts={describeBoards(query.data)} />
        )
      }
    >
      <QueryView
        query={query}
        what={t('boards.failed')}
        skeleton={<RowsSkeleton count={4} height={58} />}
      >
        {(list) => (list.boards.length === 0 ? <NoBoards list={list} /> : <Rows list={list} />)}
      </QueryView>
    </PageLayout>
  );
}

function Rows({ list }: { readonly list: BoardFileList }) {
  return (
    <ul className={styles.boards}>
      {list.boards.map(({ name, title, description, panelCount, file }) => (
        <li key={name}>
          <Link href={boardFilePath(name)}>
            <b>{title}</b>
            {description !== null && <span>{description}</span>}
          </Link>
          <span className={styles.facts}>
            {t('boards.panels', { count: panelCount })} · <code>{file}</code>
          </span>
        </li>
      ))}
    </ul>
  );
}

function NoBoards({ list }: { readonly list: BoardFileList }) {
  const file = `${list.folder}/checkout.yaml`;
  return (
    <EmptyLesson
      title={t('boards.none')}
      text={t('boards.none.text', { file })}
      code={{ text: EXAMPLE, label: t('boards.none.label', { file }) }}
    >
      <p className={styles.lead}>
        <Link href="/explore">{t('boards.none.explore')}</Link>
      </p>
    </EmptyLesson>
  );
}
