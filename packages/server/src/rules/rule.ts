/** Rules as the files declare them. */
import type { Place } from '../platform/index.ts';
import type { VectorSample } from './engine.ts';

/** Names and texts, sorted by name. Not a label set: an empty text takes a label away. */
export type TextPairs = readonly (readonly [name: string, text: string])[];

interface RuleBase {
  readonly name: string;
  readonly expression: string;
  /** The group's labels and the rule's own, which win. */
  readonly labels: TextPairs;
  readonly place: Place;
}

/** Fires one alert for each element of the expression's result. */
export interface AlertRule extends RuleBase {
  readonly kind: 'alert';
  /** How long an element must be there before its alert fires. */
  readonly forMs: number;
  /** How long an alert goes on firing after its element is gone. */
  readonly keepFiringForMs: number;
  readonly annotations: TextPairs;
  /**
   * Makes annotations in code for an element of the result, at each evaluation, whose instant it is
   * given; they win over texts of the same name. Only for rules that no file declares: a file has
   * templates.
   */
  readonly annotate?: (sample: VectorSample, atMs: number) => Readonly<Record<string, string>>;
}

/** Stores the expression's result under a new name. */
export interface RecordingRule extends RuleBase {
  readonly kind: 'record';
}

export type Rule = AlertRule | RecordingRule;

/** Rules that are evaluated one after the other at the same instants. */
export interface RuleGroup {
  readonly file: string;
  /** Unique within its file. */
  readonly name: string;
  /** Undefined: the configuration's evaluation interval. */
  readonly intervalMs: number | undefined;
  /** Undefined: the configuration's offset. How far in the past the expressions are evaluated. */
  readonly queryOffsetMs: number | undefined;
  /** The most alerts, or series, that one rule may give; 0: no limit. */
  readonly limit: number;
  readonly labels: TextPairs;
  readonly rules: readonly Rule[];
}
