/**
 * Explanations: why an alert is there, or why a rule does not fire, now or in the past.
 *
 * `parts.ts` takes an expression apart, `losses.ts` finds the operator at which the last series was
 * lost, `last-seen.ts` since when a selector has none; `evaluations.ts` lists what was measured,
 * `reasons.ts` says how things stand. `service.ts` asks.
 */
export { type Ask, type AskStore, createAsk } from './ask.ts';
export { explainSelector } from './last-seen.ts';
export type { FindTarget } from './model.ts';
export { findLimited } from './parts.ts';
export { createExplanations, type Explanations, listRules } from './service.ts';
