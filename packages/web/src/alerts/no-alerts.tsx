import { Link } from 'wouter';
import { SampleWeek } from '../first-week/sample-week.tsx';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { t } from '../messages/translate.ts';
import type { ListFilter } from './alert-filter.ts';

/** No alert fits: because none is open, or because the filter hides them. */
export function NoAlerts({ filter }: { readonly filter: ListFilter }) {
  const isFiltered = [filter.output, filter.service, filter.tag].some((one) => one !== undefined);
  if (isFiltered) {
    return (
      <EmptyLesson title={t('alerts.none.filtered')} text={t('alerts.none.filtered.text')}>
        <p>
          <Link href="/alerts">{t('alerts.none.clear')}</Link>
        </p>
      </EmptyLesson>
    );
  }
  const isOver = filter.state === 'all' || filter.state === 'resolved';
  return (
    <EmptyLesson
      title={t(isOver ? 'alerts.none.ever' : 'alerts.none.open')}
      text={t('alerts.none.text')}
    >
      {!isOver && (
        <p>
          <Link href="/alerts?state=resolved">{t('alerts.none.past')}</Link>
        </p>
      )}
      <SampleWeek />
    </EmptyLesson>
  );
}
