import type { ComparedLine, ComparisonQuery, ServiceComparison } from '@nines/contract';
import { errorMessage, formatDuration, parseDuration } from '../platform/index.ts';
import { CLIENT_OPTIONS, type Command, type CommandInput, EXIT, JSON_OPTION } from './command.ts';
import { CliError, connectServer } from './server-client.ts';
import { formatDigits, formatSignalValue } from './signal-value.ts';
import { formatTable } from './table.ts';

export const compareCommand: Command = {
  name: 'compare',
  operands: 'SERVICE [LABEL=A [LABEL=B]]',
  summary: 'a service before and after its newest deploy or --at, or group against group',
  options: {
    at: {
      type: 'string',
      value: 'TIME',
      summary: 'before and after this, RFC 3339 or seconds since 1970',
    },
    length: {
      type: 'string',
      value: 'DURATION',
      summary: 'how much time each side is read over, 1m to 24h (default 30m)',
    },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [name, ...groups] = input.operands;
    if (name === undefined || groups.length > 2) {
      context.stderr('nines compare: give a service, and at most two groups of it, LABEL=VALUE\n');
      return EXIT.usage;
    }
    const query = readChoice(input, groups);
    const { client } = connectServer(input, context);
    const ask = async (chosen: ComparisonQuery): Promise<ServiceComparison> =>
      client('compareService', { params: { name }, query: chosen });
    let answer = await ask(query);
    const [deploy] = answer.deploys;
    if (answer.comparison === null && deploy !== undefined) {
      answer = await ask({ ...query, at: deploy.at });
    }
    if (input.has('json')) context.stdout(`${JSON.stringify(answer)}\n`);
    if (answer.comparison === null) {
      context.stderr(`nines compare: ${explainNothing(answer)}\n`);
      return EXIT.failed;
    }
    if (!input.has('json')) context.stdout(formatComparison(answer, answer.comparison));
    return EXIT.ok;
  },
};

function readChoice(input: CommandInput, groups: readonly string[]): ComparisonQuery {
  const length = input.text('length');
  const at = input.text('at');
  const common = length === undefined ? {} : { length: readLength(length) };
  if (groups.length === 0) return at === undefined ? common : { ...common, at: readTime(at) };
  if (at !== undefined) {
    throw new CliError(EXIT.usage, 'give a moment (--at) or groups, not both');
  }
  const [first, second] = groups.map(readGroup);
  if (second === undefined) return { ...common, label: first.label, a: first.value };
  if (first.label !== second.label) {
    const both = `${first.label} and ${second.label}`;
    throw new CliError(EXIT.usage, `both groups must be of one label, not of ${both}`);
  }
  return { ...common, label: first.label, a: first.value, b: second.value };
}

function readGroup(text: string): { readonly label: string; readonly value: string } {
  const at = text.indexOf('=');
  const [label, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  if (label !== '' && value !== '') return { label, value };
  throw new CliError(EXIT.usage, `"${text}" is no group; want LABEL=VALUE, such as version=1.4.2`);
}

function readLength(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new CliError(EXIT.usage, `--length: ${errorMessage(error)}`);
  }
}

function readTime(text: string): number {
  const seconds = Number(text);
  const timeMs = Number.isFinite(seconds) ? Math.round(seconds * 1000) : Date.parse(text);
  // Before the first of them no service was measured; what is no time is NaN.
  if (timeMs >= 0) return timeMs;
  throw new CliError(EXIT.usage, `--at: "${text}" is neither RFC 3339 nor seconds since 1970`);
}

/** What there would be to choose. */
function explainNothing({ service, groups }: ServiceComparison): string {
  const parts = groups.map(({ label, values }) => `${label} (${values.join(', ')})`);
  const own = parts.length === 0 ? '' : `, or name a group LABEL=VALUE of ${parts.join(' or ')}`;
  return `no deploy of ${service} was seen within the last day; name a moment with --at${own}`;
}

type Comparison = NonNullable<ServiceComparison['comparison']>;

function formatComparison(answer: ServiceComparison, comparison: Comparison): string {
  const { lines } = comparison;
  const title = `${answer.service}: ${describeSides(answer, comparison)}\n`;
  if (lines.length === 0) return `${title}nothing was measured on either side\n`;
  const [first, second] = namesOf(comparison);
  const head = ['SIGNAL', 'WHAT', 'LINE', first, second, 'CHANGE'];
  return `${title}\n${formatTable([head, ...lines.map(formatLine)])}`;
}

function describeSides({ deploys }: ServiceComparison, comparison: Comparison): string {
  const { label, first, second } = comparison;
  if (label !== null) {
    const span = `${formatTime(first.fromMs)} to ${formatTime(first.toMs)}`;
    const other = second.value === null ? 'all others' : second.value;
    return `${label} ${first.value ?? ''} against ${other}, ${span}`;
  }
  const deploy = deploys.find(({ at }) => at === second.fromMs);
  const what = deploy === undefined ? '' : ` (${deploy.version} after ${deploy.before.join(', ')})`;
  const before = formatDuration(first.toMs - first.fromMs);
  // Up to now, to the millisecond, where the moment is less long ago than that.
  const afterMs = second.toMs - second.fromMs;
  const after = formatDuration(Math.max(1000, Math.round(afterMs / 1000) * 1000));
  return `${before} before and ${after} after ${formatTime(second.fromMs)}${what}`;
}

function namesOf({ label, first, second }: Comparison): readonly [string, string] {
  if (label === null) return ['BEFORE', 'AFTER'];
  return [first.value ?? '', second.value ?? 'OTHERS'];
}

function formatLine(line: ComparedLine): readonly string[] {
  const { kind, title, name, unit, first, second, ratio } = line;
  const values = [first, second].map((value) => formatSignalValue(value, unit));
  return [kind, title, name, ...values, ratio === null ? '-' : `x${formatDigits(ratio)}`];
}

function formatTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
