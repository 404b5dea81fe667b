/** `nines silence`: alerts that page nobody for a while. */
import type { Silence, SilenceDetail, SilenceMatcher, SilencePreview } from '@nines/contract';
import {
  createSystemClock,
  errorMessage,
  formatDuration,
  parseDuration,
} from '../platform/index.ts';
import {
  CLIENT_OPTIONS,
  type CliContext,
  type Command,
  type CommandInput,
  EXIT,
  type ExitCode,
  JSON_OPTION,
} from './command.ts';
import { CliError, connectServer, type ServerConnection } from './server-client.ts';
import { formatTable } from './table.ts';

/** As amtool. */
const LASTS = '1h';

interface Call {
  readonly input: CommandInput;
  readonly context: CliContext;
  readonly client: ServerConnection['client'];
  /** What stands after the verb. */
  readonly words: readonly string[];
}

const VERBS: Readonly<Record<string, (call: Call) => Promise<ExitCode>>> = {
  list,
  add,
  preview,
  change,
  expire,
};

export const silenceCommand: Command = {
  name: 'silence',
  operands: 'list|add|preview|change|expire [ID|MATCHER...]',
  words: Object.keys(VERBS),
  summary: 'silence alerts for a while, see what a silence would do, and end it',
  options: {
    duration: {
      type: 'string',
      value: 'DURATION',
      summary: 'how long from its start, such as 2h (default 1h; change: from now)',
    },
    start: { type: 'string', value: 'TIME', summary: 'when it begins, RFC 3339 (default now)' },
    end: { type: 'string', value: 'TIME', summary: 'when it ends, instead of --duration' },
    comment: { type: 'string', value: 'TEXT', summary: 'why; told with each alert' },
    all: { type: 'boolean', summary: 'list those that are over too' },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [verb = 'list', ...words] = input.operands;
    const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (act === undefined) {
      context.stderr(`nines silence: "${verb}" is none of ${Object.keys(VERBS).join(', ')}\n`);
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    return act({ input, context, client, words });
  },
};

async function list({ input, context, client, words }: Call): Promise<ExitCode> {
  if (words.length > 0) {
    for (const id of words) {
      const detail = await client('getSilence', { params: { id } });
      context.stdout(
        input.has('json') ? `${JSON.stringify(detail)}\n` : await formatDetail(detail),
      );
    }
    return EXIT.ok;
  }
  const query = input.has('all') ? { state: 'all' as const } : {};
  const { silences, now } = await client('listSilences', { query });
  if (input.has('json')) context.stdout(`${JSON.stringify(silences)}\n`);
  else if (silences.length === 0) context.stdout('nothing is silenced\n');
  else {
    const rows = await Promise.all(silences.map(async (silence) => formatRow(silence, now)));
    context.stdout(formatTable([COLUMNS, ...rows]));
  }
  return EXIT.ok;
}

async function add(call: Call): Promise<ExitCode> {
  const { input, context, client, words } = call;
  const comment = input.text('comment')?.trim() ?? '';
  if (comment === '') throw new CliError(EXIT.usage, 'say why with --comment');
  const matchers = await readMatchers(words);
  const { startsAt, endsAt } = readTimes(input);
  const wish = { matchers, endsAt, ...(startsAt === undefined ? {} : { startsAt }) };
  const { warnings, firingCount } = await client('previewSilence', { body: wish });
  const detail = await client('createSilence', { body: { ...wish, comment } });
  for (const { text } of warnings) context.stderr(`note: ${text}\n`);
  if (input.has('json')) context.stdout(`${JSON.stringify(detail)}\n`);
  else {
    const { id } = detail.silence;
    context.stdout(`${id}\n`);
    context.stderr(
      `${countAlerts(firingCount)} firing now; end it with: nines silence expire ${id}\n`,
    );
  }
  return EXIT.ok;
}

async function preview({ input, context, client, words }: Call): Promise<ExitCode> {
  const matchers = await readMatchers(words);
  const { startsAt, endsAt } = readTimes(input);
  const body = { matchers, endsAt, ...(startsAt === undefined ? {} : { startsAt }) };
  const answer = await client('previewSilence', { body });
  context.stdout(input.has('json') ? `${JSON.stringify(answer)}\n` : formatPreview(answer));
  return EXIT.ok;
}

async function change({ input, context, client, words }: Call): Promise<ExitCode> {
  const [id, ...matcherTexts] = words;
  if (id === undefined) throw new CliError(EXIT.usage, 'give the id of a silence');
  const { silence } = await client('getSilence', { params: { id } });
  const isTimed = input.text('duration') !== undefined || input.text('end') !== undefined;
  const { startsAt, endsAt } = readTimes(input);
  const body = {
    matchers: matcherTexts.length === 0 ? silence.matchers : await readMatchers(matcherTexts),
    comment: input.text('comment') ?? silence.comment,
    endsAt: isTimed ? endsAt : silence.endsAt,
    ...(startsAt === undefined ? {} : { startsAt }),
  };
  const detail = await client('updateSilence', { params: { id }, body });
  context.stdout(input.has('json') ? `${JSON.stringify(detail)}\n` : `${detail.silence.id}\n`);
  return EXIT.ok;
}

async function expire({ input, context, client, words }: Call): Promise<ExitCode> {
  if (words.length === 0) throw new CliError(EXIT.usage, 'give the ids of silences');
  for (const id of words) {
    const detail = await client('expireSilence', { params: { id } });
    const fires = detail.silence.firingCount;
    if (input.has('json')) context.stdout(`${JSON.stringify(detail)}\n`);
    else
      context.stdout(`${id}: over${fires === 0 ? '' : `; ${countAlerts(fires)} still firing`}\n`);
  }
  return EXIT.ok;
}

/** As amtool: what is no matcher and comes first is the name of an alert. */
async function readMatchers(texts: readonly string[]): Promise<SilenceMatcher[]> {
  if (texts.length === 0) {
    throw new CliError(EXIT.usage, 'give matchers, such as alertname=HighErrors or job=~"api|web"');
  }
  const { parseMatcher } = await import('../alertmanager/index.ts');
  return texts.map((text, at) => {
    const isName = at === 0 && !/[=~]/.test(text);
    try {
      const { name, operator, value } = parseMatcher(isName ? `alertname=${text}` : text);
      return { name, operator, value };
    } catch (error) {
      throw new CliError(EXIT.usage, `"${text}" is no matcher: ${errorMessage(error)}`);
    }
  });
}

function readTimes(input: CommandInput): {
  readonly startsAt: number | undefined;
  readonly endsAt: number;
} {
  const start = input.text('start');
  const end = input.text('end');
  const startsAt = start === undefined ? undefined : readInstant('start', start);
  if (end !== undefined) return { startsAt, endsAt: readInstant('end', end) };
  const fromMs = startsAt ?? createSystemClock().now();
  return { startsAt, endsAt: fromMs + readDuration(input.text('duration') ?? LASTS) };
}

function readInstant(option: string, text: string): number {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw new CliError(EXIT.usage, `--${option}: "${text}" is no time`);
  return atMs;
}

function readDuration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new CliError(EXIT.usage, `--duration: ${errorMessage(error)}`);
  }
}

const COLUMNS = ['ID', 'STATE', 'ENDS', 'FIRING', 'BY', 'MATCHES', 'COMMENT'];

async function formatRow(silence: Silence, now: number): Promise<readonly string[]> {
  const { id, state, createdBy, comment, firingCount } = silence;
  const matches = await formatMatchers(silence.matchers);
  return [id, state, formatEnd(silence, now), String(firingCount), createdBy, matches, comment];
}

function formatEnd({ startsAt, endsAt, state }: Silence, now: number): string {
  if (state === 'expired') return `${lasting(now - endsAt)} ago`;
  const begins = state === 'pending' ? `begins in ${lasting(startsAt - now)}, ` : '';
  return `${begins}in ${lasting(endsAt - now)}`;
}

function lasting(ms: number): string {
  const unitMs = ms >= 3_600_000 ? 60_000 : 1_000;
  return formatDuration(Math.max(0, Math.round(ms / unitMs) * unitMs));
}

async function formatMatchers(matchers: readonly SilenceMatcher[]): Promise<string> {
  const { formatAlertMatcher } = await import('../alertmanager/index.ts');
  return matchers.map(formatAlertMatcher).join(' ');
}

async function formatDetail({ silence, history, firing, now }: SilenceDetail): Promise<string> {
  const lines = [
    `${silence.id}  ${silence.state}  ends ${formatEnd(silence, now)}`,
    await formatMatchers(silence.matchers),
    `${silence.createdBy}: ${silence.comment}`,
    '',
    ...history.map(({ at, reason }) => `${new Date(at).toISOString()}  ${reason}`),
    ...(firing.length === 0 ? [] : ['', 'fires under it:']),
    ...firing.map(({ id, output, summary }) => `${id}  ${output}  ${summary}`),
  ];
  return `${lines.join('\n')}\n`;
}

function formatPreview(answer: SilencePreview): string {
  const { firing, firingCount, firingPageCount, past, pastCount, pastPageCount } = answer;
  const lines = [
    `now: ${countAlerts(firingCount)} firing, ${firingPageCount} of them with a page`,
    ...firing.map(({ id, output, summary }) => `  ${id}  ${output}  ${summary}`),
    `last 7 days: ${countAlerts(pastCount)}, ${pastPageCount} of them with a page`,
    ...past.map(
      ({ firedAt, output, summary }) =>
        `  ${new Date(firedAt).toISOString().slice(0, 19)}Z  ${output}  ${summary}`,
    ),
    ...answer.warnings.map(({ text }) => `note: ${text}`),
    ...(answer.isCut ? [`note: only the newest ${answer.knownCount} alerts were looked at`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function countAlerts(count: number): string {
  return `${count} alert${count === 1 ? '' : 's'}`;
}
