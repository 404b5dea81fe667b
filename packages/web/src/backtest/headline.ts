/** The first line of a backtest: how often somebody would have been paged. */
import type { Backtest } from '@nines/contract';
import { formatConfigDuration } from '../format/duration.ts';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';

export function describeBacktest(
  { tested, inForce, noData, fromMs, toMs }: Backtest,
  rangeMs: number,
): readonly SentencePart[] {
  const range = formatConfigDuration(rangeMs);
  const isEmpty = noData?.some((gap) => gap.fromMs <= fromMs && gap.toMs >= toMs) === true;
  if (isEmpty && tested.firingCount === 0) {
    return [plain(t('backtest.headline.noData', { range }))];
  }
  const { pageCount, nightPageCount, firingCount } = tested;
  const told =
    pageCount === 0 && firingCount > 0
      ? t('backtest.headline.fired', { count: firingCount, range })
      : t('backtest.headline.pages', { count: pageCount, range });
  return [
    { tone: pageCount > 0 ? 'page' : 'plain', text: told },
    ...(nightPageCount === 0
      ? []
      : [plain(t('backtest.headline.night', { count: nightPageCount }))]),
    ...(inForce === null
      ? []
      : [plain(t('backtest.headline.inForce', { count: inForce.pageCount }))]),
  ];
}

function plain(text: string): SentencePart {
  return { tone: 'plain', text };
}
