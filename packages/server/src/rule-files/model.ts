/** Rule files as they are in force. */
import type { RuleGroup } from '../rules/index.ts';

export interface RuleFile {
  /** Absolute. */
  readonly file: string;
  /** Of the text that was read. */
  readonly hash: string;
  readonly groups: readonly RuleGroup[];
}

/** What was read last. */
export interface RuleFilesInForce {
  /** Where new files are made; every rule file in it is read. */
  readonly folder: string;
  readonly files: readonly RuleFile[];
}
