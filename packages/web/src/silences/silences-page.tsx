import type { Silence, SilenceList } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { PersonChip } from '../chips/person-chip.tsx';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { Ago, At } from '../kit/time.tsx';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { RoleButton } from '../session/role-button.tsx';
import { silencesQuery } from './silence-queries.ts';
import { formatDraft, formatMatcher, SILENCES_PATH } from './silence-state.ts';
import styles from './silences.module.css';
import { useSilenceActions } from './use-silence-actions.ts';

const HOUR_MS = 3_600_000;
const NEW_PATH = `${SILENCES_PATH}/new`;

/** What is kept quiet, until when, and by whom? */
export function SilencesPage() {
  const { client } = useServices();
  const query = useQuery(silencesQuery(client));
  const { data } = query;
  return (
    <PageLayout
      title={t('silence.all')}
      sentence={
        data === undefined
          ? waitingSentence(query.error, t('silence.loading'))
          : t('silence.count', { count: data.counts.active })
      }
    >
      <p className={styles.new}>
        <Link href={NEW_PATH}>{t('silence.new')}</Link>
      </p>
      <QueryView
        query={query}
        what={t('silence.failed')}
        skeleton={<RowsSkeleton count={3} height={54} />}
      >
        {(list) => <SilenceTable list={list} />}
      </QueryView>
    </PageLayout>
  );
}

function SilenceTable({ list }: { readonly list: SilenceList }) {
  if (list.silences.length === 0) {
    return <EmptyLesson title={t('silence.none')} text={t('silence.none.text')} />;
  }
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('silence.column.what')}</th>
          <th scope="col">{t('silence.column.state')}</th>
          <th scope="col">{t('silence.column.who')}</th>
          <th scope="col">{t('silence.column.acts')}</th>
        </tr>
      </thead>
      <tbody>
        {list.silences.map((silence) => (
          <SilenceRow key={silence.id} silence={silence} />
        ))}
      </tbody>
    </table>
  );
}

function SilenceRow({ silence }: { readonly silence: Silence }) {
  const { matchers, comment, createdBy, state } = silence;
  const { extend, expire } = useSilenceActions();
  const isOver = state === 'expired';
  return (
    <tr data-over={isOver ? '' : undefined}>
      <th scope="row">
        {comment}
        <small>
          <code>{matchers.map(formatMatcher).join(', ')}</code>
        </small>
      </th>
      <td>
        <Standing silence={silence} />
      </td>
      <td>
        <PersonChip name={createdBy} />
      </td>
      <td className={styles.acts}>
        {isOver ? (
          <Link href={`${NEW_PATH}?${formatDraft({ matchers, lasts: '2h' })}`}>
            {t('silence.again')}
          </Link>
        ) : (
          <>
            <RoleButton
              needs="responder"
              loading={extend.isPending}
              onClick={() => extend.run({ silence, byMs: HOUR_MS })}
            >
              {t('silence.extend')}
            </RoleButton>
            <RoleButton
              needs="responder"
              loading={expire.isPending}
              onClick={() => expire.run(silence)}
            >
              {t('silence.expire')}
            </RoleButton>
          </>
        )}
      </td>
    </tr>
  );
}

function Standing({ silence }: { readonly silence: Silence }) {
  const { state, startsAt, endsAt, firingCount } = silence;
  switch (state) {
    case 'expired':
      return (
        <>
          {t('silence.state.expired')} <Ago at={endsAt} />
        </>
      );
    case 'pending':
      return (
        <>
          {t('silence.state.pending')} <Ago at={startsAt} />
        </>
      );
    case 'active':
      return (
        <>
          {t('silence.state.active')} <Ago at={endsAt} /> (<At at={endsAt} />)
          {firingCount > 0 && (
            <small>
              <UrgencyText level="ticket">
                {t('silence.firing', { count: firingCount })}
              </UrgencyText>
            </small>
          )}
        </>
      );
  }
}
