/** What the condition of a rule comes to at one evaluation, part by part. */
import type { Explanation, WhyCause, WhyPart } from '@nines/contract';
import { type Expr, formatExpr, parseExpr } from '../promql/index.ts';
import { labelsRecord } from '../series/index.ts';
import { evaluateParts } from './evaluate-parts.ts';
import { explainSelector } from './last-seen.ts';
import { PART_SERIES_SHOWN } from './limits.ts';
import { type Bound, findLosses, toJson } from './losses.ts';
import type { EvaluatedPart, IsOwn, Loss } from './model.ts';
import { findLimited, literalOf, planParts } from './parts.ts';
import type { Inquiry } from './inquiry.ts';

export type Condition = Pick<Explanation, 'parts' | 'causes'>;

/** Evaluates an expression part by part, and says where the last series was lost. */
export async function explainCondition(
  expression: string,
  { ask, options }: Inquiry,
  at: { readonly timeMs: number; readonly isOwn: IsOwn },
): Promise<Condition> {
  const { timeMs: atMs, isOwn } = at;
  const plan = planParts(parseExpr(expression));
  if (plan === undefined) return { parts: [], causes: [] };
  const root = await evaluateParts(plan, { ask, atMs, isOwn });
  const losses = findLosses(root);
  const causes: WhyCause[] = [];
  for (const loss of losses) {
    const { findTarget } = options;
    if (loss.kind === 'selector') {
      causes.push(await explainSelector(loss, { ask, atMs, isOwn, findTarget }));
    } else {
      const { at: _, ...cause } = loss;
      causes.push(cause);
    }
  }
  return { parts: listParts(root, losses), causes };
}

function listParts(
  { part, seriesCount, error, elements, children }: EvaluatedPart,
  losses: readonly Loss[],
  depth = 0,
): WhyPart[] {
  const own = {
    text: part.text,
    depth,
    seriesCount: seriesCount ?? null,
    error: error ?? null,
    series: elements.slice(0, PART_SERIES_SHOWN).map(({ labels, value }) => ({
      labels: labelsRecord(labels),
      value: toJson(value),
    })),
    isCause: losses.some(({ at }) => at === part),
  };
  return [own, ...children.flatMap((child) => listParts(child, losses, depth + 1))];
}

/** What an expression measures and holds against which number; null: nothing. */
export function describeMeasured(expression: string): Explanation['measured'] {
  const limited = findLimited(parseExpr(expression));
  if (limited === undefined) return null;
  const { measured, operator, limit } = limited;
  return { text: formatExpr(measured), operator, limit: toJson(limitOf(limit)) };
}

function limitOf(limit: Expr): number {
  return literalOf(limit) ?? Number.NaN;
}

/** What values are held against; without a comparison none is closer than another. */
export function boundOf(measured: Explanation['measured']): Bound {
  return { operator: measured?.operator ?? '', limit: measured?.limit ?? Number.NaN };
}
