import type { ServiceEntry } from '@nines/contract';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { t } from '../messages/translate.ts';
import { formatDeclaration } from './catalogue-filter.ts';

/** More than this is written by a program, or begun with the first ones. */
const SHOWN_MAX = 10;

/** The lines that put what nobody owns under somebody's name. */
export function Unowned({ services }: { readonly services: readonly ServiceEntry[] }) {
  const unowned = services.filter(({ standing }) => standing === 'unowned').slice(0, SHOWN_MAX);
  if (unowned.length === 0) return null;
  return (
    <EmptyLesson
      title={t('services.unowned.title')}
      text={t('services.unowned.text')}
      code={{ text: formatDeclaration(unowned), label: t('board.services.none.label') }}
    />
  );
}
