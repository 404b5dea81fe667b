/** What an expression says that it need not, or should not, and what it costs. */
import { formatMatcher, type Matcher } from '../series/index.ts';
import { DEAR_SAMPLES, DEAR_SERIES } from './limits.ts';
import { type CheckRule, type Finding, isAlert } from './model.ts';
import { listSelectors, someNode } from './selectors.ts';

const META = /[.*+?^${}()|[\]\\]/;

/** Patterns that are none, and anchors that are there anyway. */
export const checkRegexp: CheckRule = (placed) =>
  listSelectors(placed.expr).flatMap(({ selector }) =>
    selector.matchers.flatMap((matcher): readonly Finding[] => {
      const told = judgePattern(matcher);
      if (told === undefined) return [];
      return [
        {
          check: 'promql/regexp',
          severity: 'note',
          ...placed.placeInExpression(selector.span.start),
          placed,
          message: `${formatMatcher(matcher)} ${told.what}`,
          reason: told.reason,
          advice: `write ${told.instead}`,
        },
      ];
    }),
  );

interface PatternRemark {
  readonly what: string;
  readonly reason: string;
  readonly instead: string;
}

function judgePattern({ name, operator, value }: Matcher): PatternRemark | undefined {
  if (operator !== '=~' && operator !== '!~') return undefined;
  if (!META.test(value)) {
    return {
      what: 'has no pattern in it',
      reason: 'who reads it looks for one, and equality is looked up faster',
      instead: formatPlain(name, operator === '=~' ? '=' : '!=', value),
    };
  }
  const bare = value.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  if (bare === value) return undefined;
  return {
    what: 'has anchors',
    reason: 'a pattern must always match the whole value',
    instead: formatPlain(name, operator, bare),
  };
}

function formatPlain(name: string, operator: Matcher['operator'], value: string): string {
  return `${name}${operator}"${value}"`;
}

const CHOICES: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/** Choices among series, which are others at each evaluation. */
export const checkFragile: CheckRule = (placed) => {
  if (!isAlert(placed)) return [];
  const isChoice = someNode(
    placed.expr,
    (node) => node.type === 'aggregate' && CHOICES.has(node.operator),
  );
  if (!isChoice) return [];
  return [
    {
      check: 'promql/fragile',
      severity: 'warning',
      ...placed.placeOf('expr'),
      placed,
      message: 'it alerts on a choice of series, which changes from one evaluation to the next',
      reason: 'alerts end and begin although nothing has changed, and "for" begins anew each time',
      advice: 'hold all series against a limit instead of choosing some',
    },
  ];
};

/** Rules that read so much at each evaluation that a recorded series would be worth it. */
export const checkCost: CheckRule = (placed, { facts }) => {
  const cost = facts.server?.rules.get(placed)?.cost;
  if (cost === undefined) return [];
  const { seriesCount, readSamples } = cost;
  if (seriesCount < DEAR_SERIES && readSamples < DEAR_SAMPLES) return [];
  return [
    {
      check: 'query/cost',
      severity: 'warning',
      ...placed.placeOf('expr'),
      placed,
      message: `each evaluation looks at ${seriesCount} series and ${readSamples} samples`,
      reason: 'it takes its time at every interval, and the rules after it in the group wait',
      advice: 'narrow its selectors, shorten its ranges, or record a part of it',
    },
  ];
};
