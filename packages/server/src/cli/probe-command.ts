import type { ProbeAnswer, ProbeOutcome } from '@nines/contract';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

const MODULE = 'http_2xx';
/** Headers that fit on a screen. */
const HEADERS_SHOWN_MAX = 12;
const TEXT_LINES_MAX = 8;

export const probeCommand: Command = {
  name: 'probe',
  operands: 'TARGET',
  summary: 'probe a target now, from the server: verdict, phases and what came back',
  options: {
    module: { type: 'string', value: 'NAME', summary: `how to ask (default ${MODULE})` },
    debug: { type: 'boolean', summary: 'also each step that the probe took' },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [target, ...rest] = input.operands;
    if (target === undefined || rest.length > 0) {
      context.stderr('nines probe: name one target, such as https://example.com\n');
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    const module = input.text('module') ?? MODULE;
    const answer = await client('runProbe', { body: { target, module } });
    if (input.has('json')) context.stdout(`${JSON.stringify(answer)}\n`);
    else context.stdout(formatAnswer(answer, { target, module, isDebug: input.has('debug') }));
    return answer.outcome.isSuccess ? EXIT.ok : EXIT.failed;
  },
};

function formatAnswer(
  { outcome, lines }: ProbeAnswer,
  asked: { readonly target: string; readonly module: string; readonly isDebug: boolean },
): string {
  const { target, module, isDebug } = asked;
  const verdict = outcome.isSuccess ? 'succeeded' : 'FAILED';
  const parts = [`${target} with ${module}: ${verdict} after ${formatMs(outcome.durationMs)}`];
  if (outcome.reason !== null) parts.push(`  ${outcome.reason}`);
  parts.push(...describeOutcome(outcome));
  const phases = outcome.phases.filter(({ durationMs }) => durationMs > 0);
  const rows = phases.map(({ name, durationMs }) => [name, formatMs(durationMs)]);
  const table = rows.length === 0 ? '' : formatTable([['PHASE', 'TOOK'], ...rows]);
  const steps = isDebug ? `${lines.join('\n')}\n` : '';
  return `${parts.join('\n')}\n${table}${outcome.isSuccess ? '' : formatEvidence(outcome)}${steps}`;
}

function describeOutcome({ address, answer, certificate }: ProbeOutcome): readonly string[] {
  const parts = [
    ...(address === null ? [] : [`address ${address}`]),
    ...(answer === null ? [] : [`answer ${answer}`]),
    ...(certificate === null ? [] : [`${certificate.tlsVersion}, ${describeExpiry(certificate)}`]),
  ];
  return parts.length === 0 ? [] : [`  ${parts.join(', ')}`];
}

function describeExpiry({ expiresAt, subject }: { expiresAt: number; subject: string }): string {
  return `certificate of ${subject} until ${new Date(expiresAt).toISOString().slice(0, 10)}`;
}

function formatEvidence({ headers, firstBytes }: ProbeOutcome): string {
  const shown = headers.slice(0, HEADERS_SHOWN_MAX).map(({ name, value }) => `  ${name}: ${value}`);
  const text = firstBytes
    .split('\n')
    .slice(0, TEXT_LINES_MAX)
    .map((line) => `  ${printable(line)}`);
  const lines = [...shown, ...(firstBytes === '' ? [] : ['', ...text])];
  return lines.length === 0 ? '' : `what came back:\n${lines.join('\n')}\n`;
}

/** A target's bytes must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '.');
}

function formatMs(durationMs: number): string {
  return durationMs < 1000 ? `${durationMs.toFixed(1)} ms` : `${(durationMs / 1000).toFixed(2)} s`;
}
