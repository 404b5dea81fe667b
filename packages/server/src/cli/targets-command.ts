import type { Client, RelabelRule, TargetList } from '@nines/contract';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { CliError, connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

export const targetsCommand: Command = {
  name: 'targets',
  operands: '',
  summary: 'list targets and how they are; with --relabel, what each rule made of one',
  options: {
    relabel: {
      type: 'string',
      value: 'JOB/ADDRESS',
      summary: 'of a target that is scraped, or of one that was found and dropped',
    },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    if (input.operands.length > 0) {
      context.stderr(`nines targets: unexpected "${input.operands[0]}"\n`);
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    const list = await client('listTargets', {});
    const wanted = input.text('relabel');
    if (wanted !== undefined) {
      const found = findTarget(list, wanted);
      const { steps } = await askSteps(client, found);
      const answer = { ...found, steps };
      context.stdout(input.has('json') ? `${JSON.stringify(answer)}\n` : formatSteps(answer));
      return EXIT.ok;
    }
    if (input.has('json')) context.stdout(`${JSON.stringify(list)}\n`);
    else context.stdout(formatTargets(list));
    return EXIT.ok;
  },
};

type Pairs = Readonly<Record<string, string>>;

interface Found {
  readonly job: string;
  readonly discoveredLabels: Pairs;
  /** Why it is no target, though no rule dropped it. */
  readonly reason: string | null;
}

async function askSteps(client: Client, { job, discoveredLabels }: Found) {
  const query = { job, labels: JSON.stringify(discoveredLabels) };
  return client('listRelabelSteps', { query });
}

/** By its job and the address that it was found under, or that it is scraped at. */
function findTarget(list: TargetList, wanted: string): Found {
  const slash = wanted.indexOf('/');
  const [job, address] = [wanted.slice(0, slash), wanted.slice(slash + 1)];
  if (slash <= 0 || address === '') {
    throw new CliError(EXIT.usage, `"${wanted}" is not JOB/ADDRESS, such as shop/10.0.0.5:8080`);
  }
  const isWanted = (labels: Pairs): boolean => labels.__address__ === address;
  const target = list.targets.find(
    (one) =>
      one.job === job &&
      (isWanted(one.discoveredLabels) || one.instance === address || one.url === address),
  );
  if (target !== undefined) return { ...target, reason: null };
  const dropped = list.dropped.find((one) => one.job === job && isWanted(one.discoveredLabels));
  if (dropped !== undefined) return dropped;
  const more = list.droppedCount > list.dropped.length ? ' among those that are kept' : '';
  throw new CliError(EXIT.failed, `job "${job}" found no target "${address}"${more}`);
}

function formatTargets({ targets, droppedCount, shard }: TargetList): string {
  if (targets.length === 0 && droppedCount === 0 && shard === null) return 'there are no targets\n';
  const rows = targets.map((one) => [one.health, one.job, one.instance, one.lastError ?? '']);
  const dropped = droppedCount === 0 ? '' : `${droppedCount} more were found and dropped\n`;
  return (
    formatTable([['HEALTH', 'JOB', 'INSTANCE', 'WHY'], ...rows]) + dropped + formatShard(shard)
  );
}

/** Which members of the scrape layer have how many of the targets that it shares. */
function formatShard(shard: TargetList['shard']): string {
  if (shard === null) return '';
  const times = shard.replicationFactor === 1 ? '' : `, each by ${shard.replicationFactor}`;
  const counts = shard.members.map(({ name, targetCount }) => {
    const own = name === shard.name ? ' (this one)' : '';
    return `${name}${own} ${targetCount}`;
  });
  return `targets of the members of the scrape layer${times}: ${counts.join(', ')}\n`;
}

type Steps = Awaited<ReturnType<typeof askSteps>>['steps'];

/** The labels that it began with, and after each rule what it changed. */
function formatSteps({
  discoveredLabels,
  steps,
  reason,
}: Found & { readonly steps: Steps }): string {
  const lines = ['found as', ...Object.entries(discoveredLabels).map(formatLabel('  '))];
  let before: Pairs | null = discoveredLabels;
  for (const [i, { rule, labels }] of steps.entries()) {
    if (before === null) break;
    lines.push(`${i + 1}. ${formatRule(rule)}`, ...listChanges(before, labels));
    before = labels;
  }
  if (before === null) lines.push('it is dropped, and not scraped');
  else {
    // What has no instance takes its address, after the rules.
    const all = { instance: before.__address__ ?? '', ...before };
    const kept = Object.entries(all).filter(([name]) => !name.startsWith('__'));
    lines.push('kept as', ...kept.map(formatLabel('  ')));
  }
  if (reason !== null) lines.push(`it is not scraped: ${reason}`);
  return `${lines.join('\n')}\n`;
}

function listChanges(before: Pairs, after: Pairs | null): readonly string[] {
  if (after === null) return ['  dropped'];
  const gone = Object.entries(before).filter(([name]) => after[name] === undefined);
  const set = Object.entries(after).filter(([name, value]) => before[name] !== value);
  const changes = [...gone.map(formatLabel('  - ')), ...set.map(formatLabel('  + '))];
  return changes.length === 0 ? ['  no change'] : changes;
}

function formatLabel(head: string): (pair: readonly [string, string]) => string {
  return ([name, value]) => `${head}${name}=${JSON.stringify(value)}`;
}

function formatRule(rule: RelabelRule): string {
  const { action, sourceLabels, regex, targetLabel, replacement, modulus } = rule;
  const parts = [
    action,
    sourceLabels.length === 0 ? '' : `[${sourceLabels.join(', ')}]`,
    regex === '(.*)' ? '' : `regex '${regex}'`,
    modulus === 0 ? '' : `modulus ${modulus}`,
    targetLabel === '' ? '' : `target ${targetLabel}`,
    replacement === '$1' ? '' : `replacement '${replacement}'`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}
