/** The first line of a comparison: what changed. */
import type { ComparedLine, ServiceComparison } from '@nines/contract';
import { UNKNOWN } from '../format/number.ts';
import { formatUnit } from '../format/unit.ts';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';

/** Smaller differences come and go by themselves. */
const CHANGE_RATIO = 0.1;

/** The most telling line of each kind, the first of its list. */
const TOLD = [
  { kind: 'errors', name: undefined },
  { kind: 'latency', name: 'p99' },
  { kind: 'traffic', name: undefined },
] as const;

export function describeComparison(answer: ServiceComparison): readonly SentencePart[] {
  const { comparison, deploys } = answer;
  if (comparison === null) {
    return [plain(t(deploys.length === 0 ? 'compare.headline.none' : 'compare.headline.choose'))];
  }
  const lines = TOLD.flatMap(({ kind, name }) => {
    const line = comparison.lines.find(
      (one) => one.kind === kind && one.name === (name ?? one.name),
    );
    return line === undefined ? [] : [line];
  });
  if (lines.length === 0) return [plain(t('compare.headline.empty'))];
  const changed = lines.filter(isChanged);
  if (changed.length === 0) return [plain(t('compare.headline.same'))];
  const key = comparison.label === null ? 'compare.headline.changed' : 'compare.headline.differs';
  return changed.map((line) =>
    plain(
      t(key, {
        what: nameLine(line),
        first: formatSide(line, 'first'),
        second: formatSide(line, 'second'),
      }),
    ),
  );
}

/** Whether a difference is more than what comes and goes. */
export function isChanged({ first, second }: ComparedLine): boolean {
  if (first === null || second === null) return first !== second;
  return (
    Math.abs(second - first) >= CHANGE_RATIO * Math.max(Math.abs(first), Math.abs(second)) &&
    first !== second
  );
}

function nameLine({ kind, name }: ComparedLine): string {
  const what = t(`service.signal.${kind}`);
  return kind === 'latency' ? `${what} ${name}` : what;
}

export function formatSide({ unit, ...line }: ComparedLine, side: 'first' | 'second'): string {
  const value = line[side];
  return value === null ? UNKNOWN : formatUnit(unit, value);
}

function plain(text: string): SentencePart {
  return { tone: 'plain', text };
}
