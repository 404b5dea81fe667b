/** Rules and facts for tests of checks. */
import { kindOf, parseExpr } from '../promql/index.ts';
import type { CheckExpression } from '../rules/index.ts';
import { lintSources, readSources } from './lint-rules.ts';
import type { PlacedRule, RuleFacts, SelectorFacts, ServerFacts } from './model.ts';

export const NOW = Date.UTC(2026, 10, 23, 12);

const checkExpression: CheckExpression = (expression) => {
  try {
    const kind = kindOf(parseExpr(expression));
    return kind === 'vector' || kind === 'scalar' ? undefined : { message: kind, offset: 0 };
  } catch (error) {
    return { message: String(error), offset: 0 };
  }
};

/** What a server of a test knows; what is left out it does not. */
export interface TestServer {
  readonly selectors?: Readonly<Record<string, Partial<SelectorFacts>>>;
  /** Of every rule. */
  readonly rule?: Partial<RuleFacts>;
  readonly types?: Readonly<Record<string, string>>;
  readonly known?: Partial<ServerFacts>;
}

const UNKNOWN: SelectorFacts = {
  seriesCount: 1,
  cause: undefined,
  labelNames: undefined,
  intervalMs: undefined,
};

/** Looks at files: their texts, or the lines below `rules:` of one. */
export function lintTexts(texts: readonly string[], server?: TestServer) {
  const files = texts.map((text, i) => ({ file: i === 0 ? 'r.yml' : `r${i + 1}.yml`, text }));
  const sources = readSources(files, { checkExpression });
  const rules = sources.flatMap((one) => one.rules);
  const facts = { intervalMs: 60_000, nowMs: NOW, server: server && createServer(server, rules) };
  return lintSources(sources, facts);
}

function createServer(server: TestServer, rules: readonly PlacedRule[]): ServerFacts {
  const nothing = {
    cost: undefined,
    resultCount: undefined,
    alertsMax: undefined,
    route: undefined,
  };
  const rule = { ...nothing, ...server.rule };
  const selectors = Object.entries(server.selectors ?? {});
  return {
    selectors: new Map(selectors.map(([key, facts]) => [key, { ...UNKNOWN, ...facts }])),
    rules: new Map(rules.map((placed) => [placed, rule])),
    typeOf: (metric) => server.types?.[metric],
    inForce: [],
    objectives: new Set(),
    isRead: () => true,
    readSinceMs: undefined,
    nearestMetric: () => undefined,
    ...server.known,
  };
}

/** A file with one group. */
export function ruleFile(...lines: readonly string[]): string {
  return `groups:\n- name: g\n  rules:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** A ticket that has all that a ticket should have. */
export function alertFile(expr: string, ...more: readonly string[]): string {
  return ruleFile(
    '- alert: A',
    `  expr: ${JSON.stringify(expr)}`,
    ...(more.some((line) => line.startsWith('for:')) ? [] : ['  for: 5m']),
    ...more.map((line) => `  ${line}`),
    ...(more.some((line) => line.startsWith('annotations:'))
      ? []
      : ['  annotations: {summary: x, playbook: "https://x.test"}']),
  );
}
