/** `nines backtest`: when the rules of a file would have fired in the history that a server has. */
import { readFileSync } from 'node:fs';
import type { Backtest, BacktestRequest } from '@nines/contract';
import { createSystemClock, errorMessage } from '../platform/index.ts';
import type { AlertRule, RuleGroup } from '../rules/index.ts';
import { formatBacktest } from './backtest-text.ts';
import {
  CLIENT_OPTIONS,
  type CliContext,
  type Command,
  type CommandInput,
  EXIT,
  JSON_OPTION,
} from './command.ts';
import { readTime } from './read-time.ts';
import { CliError, connectServer } from './server-client.ts';

const FROM = '7d';

export const backtestCommand: Command = {
  name: 'backtest',
  operands: 'FILE',
  summary: 'when the alerting rules of a file would have fired, over stored history',
  options: {
    rule: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      summary: 'only alerts of this name; may be given several times',
    },
    from: {
      type: 'string',
      value: 'TIME',
      summary: 'how long ago, RFC 3339 or seconds since 1970 (default 7d)',
    },
    to: { type: 'string', value: 'TIME', summary: 'the same (default now)' },
    against: { type: 'boolean', summary: 'beside the rule of the same name in force' },
    'time-zone': {
      type: 'string',
      value: 'ZONE',
      summary: "whose nights count, such as Europe/Berlin (default: this machine's)",
    },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [file, ...rest] = input.operands;
    if (file === undefined || rest.length > 0) {
      context.stderr('nines backtest: give one rule file\n');
      return EXIT.usage;
    }
    const nowMs = createSystemClock().now();
    const range = {
      fromMs: readTime('from', input.text('from') ?? FROM, nowMs),
      toMs: readTime('to', input.text('to') ?? '0s', nowMs),
    };
    const rules = await readRules(file, input, context);
    const { client } = connectServer(input, context);
    const backtests: Backtest[] = [];
    for (const [group, rule] of rules) {
      const body = { ...requestOf(group, rule, input), ...range };
      backtests.push(await client('runBacktest', { body }));
    }
    if (input.has('json')) context.stdout(`${JSON.stringify({ backtests })}\n`);
    else context.stdout(backtests.map((one) => formatBacktest(one)).join('\n'));
    for (const { tested, inForce } of input.has('against') ? backtests : []) {
      if (inForce === null) context.stderr(`no alerting rule ${tested.name} is in force\n`);
    }
    return backtests.every(isWhole) ? EXIT.ok : EXIT.failed;
  },
};

/** Whether all was evaluated that was asked for. */
function isWhole({ tested, inForce }: Backtest): boolean {
  return [tested, inForce].every(
    (side) => side === null || (side.cutBy === null && side.failedCount === 0),
  );
}

async function readRules(
  file: string,
  input: CommandInput,
  { loadApp }: CliContext,
): Promise<readonly (readonly [RuleGroup, AlertRule])[]> {
  const { groups, faults } = (await loadApp()).readRules({ file, text: readText(file) });
  if (faults.length > 0)
    throw new CliError(EXIT.failed, `the rules have faults:\n${faults.join('\n')}`);
  const names = input.texts('rule');
  const rules = groups.flatMap((group) =>
    group.rules.flatMap((rule) => (rule.kind === 'alert' ? [[group, rule] as const] : [])),
  );
  const found = rules.filter(([, { name }]) => names.length === 0 || names.includes(name));
  const missing = names.find((name) => !rules.some(([, rule]) => rule.name === name));
  if (missing !== undefined) throw new CliError(EXIT.failed, `${file} has no alert ${missing}`);
  if (found.length === 0) throw new CliError(EXIT.failed, `${file} has no alerting rule`);
  return found;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.failed, `cannot read the rules: ${errorMessage(error)}`);
  }
}

function requestOf(
  group: RuleGroup,
  rule: AlertRule,
  input: CommandInput,
): Omit<BacktestRequest, 'fromMs' | 'toMs'> {
  const { name, expression, forMs, keepFiringForMs, labels } = rule;
  const { intervalMs, queryOffsetMs } = group;
  return {
    name,
    group: group.name,
    expression,
    forMs,
    keepFiringForMs,
    labels: Object.fromEntries(labels),
    ...(intervalMs === undefined ? {} : { intervalMs }),
    ...(queryOffsetMs === undefined ? {} : { queryOffsetMs }),
    timeZone: input.text('time-zone') ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    comparesInForce: input.has('against'),
  };
}
