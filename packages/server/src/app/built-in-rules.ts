/** The rules about Nines itself, an ordinary rule file that comes with the program. */
import { readFileSync } from 'node:fs';
import { assert, formatFault } from '../platform/index.ts';
import { readRuleFile } from '../rules/index.ts';
import type { Config, RuleFile } from './config.ts';
import { checkExpression } from './expression-check.ts';

/** As alerts and settings name it; no path of a user's looks like it. */
const FILE = 'built-in/nines.yaml';

/** All rules in force: ours, where Nines watches itself, and those of the configuration. */
export function listRuleFiles({ watch, ruleFiles }: Config): readonly RuleFile[] {
  return watch.self ? [readBuiltInRules(), ...ruleFiles] : ruleFiles;
}

/** A fault in them is a bug. */
function readBuiltInRules(): RuleFile {
  const text = readFileSync(new URL('./built-in-rules.yaml', import.meta.url), 'utf8');
  const { groups, faults } = readRuleFile({ text, file: FILE, checkExpression });
  assert(faults.length === 0, faults.map(formatFault).join('\n'));
  return { file: FILE, groups };
}
