/**
 * Rules that people write on the page, into rule files as they write them by hand.
 *
 * `rule-text.ts` changes texts and leaves the rest of them as it is; `createRuleFiles` writes them
 * over the version that was seen, has them put into force, and can take the last change back.
 */
export type { RuleFile, RuleFilesInForce } from './model.ts';
export { createRuleFiles } from './rule-files.ts';
export { createRuleFileRoutes, type RuleFileRoutes } from './routes.ts';
