import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { t } from '../messages/translate.ts';

const SERVICE = `services:
  - name: checkout
    owner: payments`;

/** No service, or none that fits the filter. */
export function NoServices({ isFiltered }: { readonly isFiltered: boolean }) {
  return isFiltered ? (
    <EmptyLesson title={t('services.none.filtered')} text={t('services.none.filtered.text')} />
  ) : (
    <EmptyLesson
      title={t('services.none')}
      text={t('services.none.text')}
      code={{ text: SERVICE, label: t('board.services.none.label') }}
    />
  );
}
