/**
 * Lint: what is wrong with rules that a server would take, and what they will do to people.
 *
 * `lintSources` is a pure function of the files' texts and of facts; `gather-facts.ts` asks a
 * running server for those: which selectors have no series and since when, which labels there are,
 * how often they are scraped, how many alerts a rule would make and whom they would reach. Names of
 * checks are pint's where pint has the check, and comments that silence them work as in pint.
 */
export type { FactSource } from './gather-facts.ts';
export type { RouteFacts } from './model.ts';
export { judgeRules } from './rule-quality.ts';
export { createLints, type Lints, lintText } from './service.ts';
