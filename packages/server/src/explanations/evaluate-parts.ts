/** Asks what each part of an expression gives at one instant. */
import { kindOf, type MatrixSeries } from '../promql/index.ts';
import type { Ask } from './ask.ts';
import { PART_SERIES_MAX, PART_SERIES_SHOWN } from './limits.ts';
import type { Element, EvaluatedPart, IsOwn } from './model.ts';
import type { Part } from './parts.ts';

/** Evaluates a part and all below it, one question after the other. */
export async function evaluateParts(
  part: Part,
  context: { readonly ask: Ask; readonly atMs: number; readonly isOwn: IsOwn },
): Promise<EvaluatedPart> {
  const found = await evaluatePart(part, context);
  const children: EvaluatedPart[] = [];
  for (const child of part.children) children.push(await evaluateParts(child, context));
  return { part, ...found, children };
}

type Found = Pick<EvaluatedPart, 'seriesCount' | 'elements' | 'error'>;

async function evaluatePart(
  { expr, question }: Part,
  { ask, atMs, isOwn }: Parameters<typeof evaluateParts>[1],
): Promise<Found> {
  if (kindOf(expr) === 'scalar') return foundOf(await ask.at(question, atMs), () => true);
  const counted = await ask.at(`count(${question})`, atMs);
  if (counted.kind === 'failed') return failed(counted.reason);
  const seriesCount = counted.series[0]?.values[0] ?? 0;
  if (seriesCount === 0) return { seriesCount, elements: [], error: undefined };
  if (seriesCount <= PART_SERIES_MAX) return foundOf(await ask.at(question, atMs), isOwn);
  // Both ends, since a limit is nearest to one of them.
  const ends = `topk(${PART_SERIES_SHOWN}, ${question}) or bottomk(${PART_SERIES_SHOWN}, ${question})`;
  const some = foundOf(await ask.at(ends, atMs), () => true);
  return some.error === undefined ? { ...some, seriesCount } : some;
}

function foundOf(answer: Awaited<ReturnType<Ask['at']>>, isOwn: IsOwn): Found {
  if (answer.kind === 'failed') return failed(answer.reason);
  const elements = answer.series.map(elementOf).filter(({ labels }) => isOwn(labels));
  return { seriesCount: elements.length, elements, error: undefined };
}

function elementOf({ labels, values }: MatrixSeries): Element {
  return { labels, value: values[0] ?? Number.NaN };
}

function failed(error: string): Found {
  return { seriesCount: undefined, elements: [], error };
}
