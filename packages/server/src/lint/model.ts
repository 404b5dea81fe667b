/** What a lint knows, and what it says. */
import type { LintSeverity, WhyCause, WhyRoute } from '@nines/contract';
import type { Place } from '../platform/index.ts';
import type { Expr, QueryCost } from '../promql/index.ts';
import type { AlertRule, GroupView, Rule, RuleGroup } from '../rules/index.ts';

/** A rule with the places of its parts in the file. */
export interface PlacedRule {
  readonly group: RuleGroup;
  readonly rule: Rule;
  readonly expr: Expr;
  /** Lines that belong to it, comments before it included. Both ends inclusive. */
  readonly lines: { readonly first: number; readonly last: number };
  /** Where a field's value begins; the rule's place where it has no such field. */
  placeOf(field: string): Place;
  /** Where a character of the expression stands. */
  placeInExpression(offset: number): Place;
  /** Where a label or an annotation begins; the rule's place where the group has it. */
  placeOfText(field: 'labels' | 'annotations', name: string): Place;
}

/** An alerting rule of these. */
export interface PlacedAlert extends PlacedRule {
  readonly rule: AlertRule;
}

/** Whether a rule is an alerting one. */
export function isAlert(placed: PlacedRule): placed is PlacedAlert {
  return placed.rule.kind === 'alert';
}

/** What a check says of a rule or a file. */
export interface Finding extends Place {
  readonly check: CheckName;
  readonly severity: LintSeverity;
  /** Undefined: it is about the file. */
  readonly placed: PlacedRule | undefined;
  readonly message: string;
  readonly reason: string;
  readonly advice: string;
  /** What a comment may name to silence this one alone: a metric, a selector. */
  readonly subjects?: readonly string[];
}

/** Names never change once released: comments in people's files say them. */
export const CHECKS = [
  'rule/syntax',
  'rule/duplicate',
  'rule/name',
  'rule/unused',
  'promql/series',
  'promql/rate',
  'promql/range',
  'promql/counter',
  'promql/impossible',
  'promql/regexp',
  'promql/fragile',
  'query/cost',
  'alerts/comparison',
  'alerts/for',
  'alerts/absent',
  'alerts/template',
  'alerts/count',
  'alerts/summary',
  'alerts/playbook',
  'alerts/objective',
  'alerts/receiver',
  'lint/comment',
] as const;
export type CheckName = (typeof CHECKS)[number];

/** What the store says of a selector. */
export interface SelectorFacts {
  /** Now. Undefined: it could not be asked. */
  readonly seriesCount: number | undefined;
  /** Since when, or by which label, it has none; undefined: it has some. */
  readonly cause: WhyCause | undefined;
  /** That its series have; undefined: not known. */
  readonly labelNames: ReadonlySet<string> | undefined;
  /** The longest of its jobs; undefined: not known. */
  readonly intervalMs: number | undefined;
}

/** What the store and the configuration say of a rule. */
export interface RuleFacts {
  readonly cost: QueryCost | undefined;
  /** Elements of its result now. */
  readonly resultCount: number | undefined;
  /** Elements of what it holds against a limit, or of the series that may go wrong. */
  readonly alertsMax: number | undefined;
  /** Whom an alert of it would most likely reach. */
  readonly route: RouteFacts | undefined;
}

/** The way of an alert to people. */
export interface RouteFacts extends Pick<WhyRoute, 'output' | 'policy' | 'service'> {
  /** Of all steps, each once. */
  readonly channels: readonly string[];
  /** Of the service; '' where nobody was declared. */
  readonly owner: string;
  /** Of the service; undefined: it has none. */
  readonly playbook: string | undefined;
}

/** What only a server knows; a lint without one checks the text alone. */
export interface ServerFacts {
  /** By `formatSelector`. */
  readonly selectors: ReadonlyMap<string, SelectorFacts>;
  readonly rules: ReadonlyMap<PlacedRule, RuleFacts>;
  /** What targets say of their metrics: `counter`, `gauge`, `histogram`, `summary`, … */
  typeOf(metric: string): string | undefined;
  /** Rules in force. */
  readonly inForce: readonly GroupView[];
  readonly objectives: ReadonlySet<string>;
  /** Whether a query, an objective or a board has read the metric lately. */
  isRead(metric: string): boolean;
  /** Since when it is on record what is read; undefined: it is not. */
  readonly readSinceMs: number | undefined;
  /** A metric that is there and is spelled nearly so. */
  nearestMetric(name: string): string | undefined;
}

export interface LintFacts {
  /** Of groups that do not say so themselves. */
  readonly intervalMs: number;
  readonly nowMs: number;
  /** Undefined: there is no server to ask. */
  readonly server: ServerFacts | undefined;
}

/** What a check works with. */
export interface CheckContext {
  readonly facts: LintFacts;
  /** What the rules of all files are to one another. */
  readonly index: RuleIndex;
}

/** The rules of all files by what they share, so that a check need not look at all of them. */
export interface RuleIndex {
  /** The first rule with this identity. */
  firstAlike(placed: PlacedRule): PlacedRule | undefined;
  /** The first alert of a name. */
  firstNamed(alert: string): PlacedRule | undefined;
  /** The first rule that records a metric. */
  readonly recordingOf: (metric: string) => PlacedRule | undefined;
  /** Whether some rule reads a metric. */
  isRead(metric: string): boolean;
  /** The group in force that has a rule with this identity and is none of the files'. */
  elsewhere(placed: PlacedRule): GroupView | undefined;
}

/** A check of one rule. */
export type CheckRule<Of extends PlacedRule = PlacedRule> = (
  placed: Of,
  context: CheckContext,
) => readonly Finding[];
