/** The rules about Nines itself, an ordinary rule file that comes with the program. */
import { readFileSync } from 'node:fs';
import { assert, formatFault } from '../platform/index.ts';
import { readRuleFile } from '../rules/index.ts';
import type { Config } from './config.ts';
import { checkExpression } from './expression-check.ts';
import type { RuleFile } from '../rule-files/index.ts';

/** Rules and where they come from. */
type NamedRules = Pick<RuleFile, 'file' | 'groups'>;

/** As alerts and settings name it; no path of a user's looks like it. */
const FILE = 'built-in/nines.yaml';

/** All rules in force: ours, where Nines watches itself, and those of the configuration. */
export function listRuleFiles({ watch, rules }: Config): readonly NamedRules[] {
  return watch.self ? [readBuiltInRules(), ...rules.files] : rules.files;
}

/** A fault in them is a bug. */
function readBuiltInRules(): NamedRules {
  const text = readFileSync(new URL('./built-in-rules.yaml', import.meta.url), 'utf8');
  const { groups, faults } = readRuleFile({ text, file: FILE, checkExpression });
  assert(faults.length === 0, faults.map(formatFault).join('\n'));
  return { file: FILE, groups };
}
