/** The queries that an objective counts with. */
import type { SloDetail } from '@nines/contract';
import { t } from '../messages/translate.ts';

export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

/** As the file has them: good or bad events, and all. */
export function listExpressions(indicator: SloDetail['indicator']): readonly NamedExpression[] {
  const { good, bad, total } = indicator;
  return [
    ...(good === null ? [] : [{ name: t('objective.definition.good'), expression: good }]),
    ...(bad === null ? [] : [{ name: t('objective.definition.bad'), expression: bad }]),
    { name: t('objective.definition.total'), expression: total },
  ];
}
