/** What one explanation works with. */
import type { TrailViews } from '../alerts/index.ts';
import type { Clock } from '../platform/index.ts';
import type { GroupView, RuleBacktestParts } from '../rules/index.ts';
import type { Labels } from '../series/index.ts';
import type { Ask, AskStore } from './ask.ts';
import type { FindTarget } from './model.ts';

export interface ExplanationsOptions extends RuleBacktestParts {
  readonly groups: () => readonly GroupView[];
  readonly alerts: TrailViews;
  /** Evaluates; at one instant as rules do, over a range where there are several. */
  readonly ask: AskStore;
  readonly findTarget: FindTarget;
  readonly clock: Clock;
  /** How long a query may take by the configuration in force. */
  readonly queryTimeoutMs: () => number;
  readonly externalLabels: () => Labels;
  readonly externalUrl: string;
  readonly pause: () => Promise<void>;
}

/** One explanation under way. */
export interface Inquiry {
  readonly options: ExplanationsOptions;
  readonly ask: Ask;
  readonly nowMs: number;
  /** As of when; undefined: as things are. */
  readonly atMs: number | undefined;
}
