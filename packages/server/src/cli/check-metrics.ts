/** `nines check metrics`: judges what a program exposes, from a file or from standard input. */
import { open } from 'node:fs/promises';
import { errorMessage, systemErrorCode } from '../platform/index.ts';
import type { ExpositionFormat } from '../scrape/index.ts';
import { type CliContext, type CommandInput, EXIT, type ExitCode } from './command.ts';
import { CliError } from './server-client.ts';

/** As large as a body may be that is scraped. */
const TEXT_BYTES_MAX = 64 * 1024 * 1024;
const STDIN = '-';

/** Runs the command; the operands are files, and none means standard input. */
export async function checkMetricsFiles(
  files: readonly string[],
  input: CommandInput,
  context: CliContext,
): Promise<ExitCode> {
  const { checkMetrics, guessFormat } = await import('../scrape/index.ts');
  const given = readFormat(input.text('format'));
  const options = { hasAdvice: !input.has('faults-only') };
  const findings: Record<string, unknown>[] = [];
  for (const file of files.length > 0 ? files : [STDIN]) {
    const bytes = file === STDIN ? await collect(context.stdin(), 'stdin') : await readText(file);
    const format = given ?? guessFormat(bytes);
    const name = file === STDIN ? 'stdin' : file;
    const found = checkMetrics(bytes, { ...options, format });
    findings.push(...found.map((finding) => ({ file: name, ...finding })));
    if (input.has('json')) continue;
    for (const { line, column, severity, message } of found) {
      const mark = severity === 'advice' ? 'advice: ' : '';
      context.stdout(`${name}:${line}:${column}: ${mark}${message}\n`);
    }
    if (found.length === 0) context.stdout(`${name}: no faults (${FORMAT_NAMES[format]})\n`);
  }
  if (input.has('json')) context.stdout(`${JSON.stringify({ findings })}\n`);
  return findings.length > 0 ? EXIT.failed : EXIT.ok;
}

const FORMAT_NAMES: Readonly<Record<ExpositionFormat, string>> = {
  text: 'Prometheus text',
  openmetrics: 'OpenMetrics 1.0',
};

function readFormat(text: string | undefined): ExpositionFormat | undefined {
  if (text === undefined || text === 'text' || text === 'openmetrics') return text;
  throw new CliError(EXIT.usage, `--format must be text or openmetrics, got "${text}"`);
}

async function readText(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file);
    return await collect(handle.createReadStream({ autoClose: false }), file);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const isMissing = systemErrorCode(error) === 'ENOENT';
    const reason = isMissing ? 'there is no such file' : errorMessage(error);
    throw new CliError(EXIT.failed, `cannot read "${file}": ${reason}`);
  }
}

async function collect(stream: AsyncIterable<unknown>, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    sizeBytes += bytes.length;
    if (sizeBytes > TEXT_BYTES_MAX) {
      throw new CliError(EXIT.failed, `"${name}" has more than ${TEXT_BYTES_MAX} bytes`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
