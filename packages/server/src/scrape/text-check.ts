/**
 * Judges a body in Prometheus' text format (0.0.4, and the quoted names of 1.0): by the lexer that
 * scrapes use, so that what passes here is read there, and beyond it what is legal and always a
 * mistake: the same series twice, a second `# TYPE`, one that comes after its samples.
 */
import { parseFloatText } from './float.ts';
import { CHECK_FINDINGS_MAX } from './limits.ts';
import type { ExpositionFinding } from './metrics-finding.ts';
import type { LintFamily } from './metrics-lint.ts';
import { decodeSeries } from './series-text.ts';
import {
  HASH,
  lexComment,
  lexSeries,
  METRIC_TYPES,
  NEWLINE,
  SeriesText,
  skipBlanks,
  skipToken,
  TextFault,
  unexpected,
} from './text-lexer.ts';
import { TextPool } from './text-pool.ts';
import { type Labels, labelPairs, labelsKey, labelValue, METRIC_NAME } from '../series/index.ts';

interface Family {
  readonly name: string;
  readonly line: number;
  type: string;
  help: string | undefined;
  readonly samples: { readonly name: string; readonly labels: ReadonlyMap<string, string> }[];
}

const SUFFIXES: ReadonlyMap<string, readonly string[]> = new Map([
  ['histogram', ['_bucket', '_sum', '_count']],
  ['summary', ['_sum', '_count']],
]);

/** Judges a body; it answers faults only. It never throws. */
export function checkText(bytes: Uint8Array): {
  readonly findings: readonly ExpositionFinding[];
  readonly families: readonly LintFamily[];
} {
  return new Checker(bytes).run();
}

class Checker {
  readonly #body: Buffer;
  readonly #text = new SeriesText();
  readonly #pool = new TextPool();
  readonly #families = new Map<string, Family>();
  readonly #series = new Set<string>();
  readonly #findings: ExpositionFinding[] = [];
  #line = 1;
  #lineAt = 0;

  constructor(bytes: Uint8Array) {
    const isClosed = bytes.length === 0 || bytes[bytes.length - 1] === NEWLINE;
    this.#body = isClosed
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : Buffer.concat([bytes, Buffer.from('\n')]);
  }

  run(): ReturnType<typeof checkText> {
    const body = this.#body;
    let at = 0;
    while (at < body.length && this.#findings.length < CHECK_FINDINGS_MAX) {
      this.#countLines(at);
      at = this.#readEntry(at);
    }
    return { findings: this.#findings, families: [...this.#families.values()] };
  }

  /** Quoted values may hold newlines, so an entry is not always a line. */
  #countLines(to: number): void {
    for (let i = this.#lineAt; i < to; i++) {
      if (this.#body[i] !== NEWLINE) continue;
      this.#line++;
      this.#lineAt = i + 1;
    }
  }

  /** Reads one entry, or tells what is wrong with it; answers where the next one begins. */
  #readEntry(from: number): number {
    const body = this.#body;
    const at = skipBlanks(body, from);
    if (body[at] === NEWLINE) return at + 1;
    try {
      return body[at] === HASH ? this.#readComment(at) : this.#readSample(at);
    } catch (fault) {
      if (!(fault instanceof TextFault)) throw fault;
      this.#countLines(fault.at);
      this.#refuse(fault.at, fault.message);
      const next = body.indexOf(NEWLINE, Math.max(fault.at, at));
      return next < 0 ? body.length : next + 1;
    }
  }

  #refuse(at: number, message: string): void {
    const column = this.#body.toString('utf8', this.#lineAt, Math.max(at, this.#lineAt)).length + 1;
    this.#findings.push({ line: this.#line, column, severity: 'fault', message });
  }

  #readComment(at: number): number {
    const comment = lexComment(this.#body, at);
    if (comment.kind !== 'help' && comment.kind !== 'type') return comment.end + 1;
    const family = this.#open(comment.name);
    if (comment.kind === 'help') {
      if (family.help !== undefined) this.#refuse(at, `"${family.name}" has a second # HELP`);
      family.help = comment.help;
    } else {
      if (family.type !== '') this.#refuse(at, `"${family.name}" has a second # TYPE`);
      else if (family.samples.length > 0) {
        this.#refuse(at, `# TYPE must stand before the samples of "${family.name}"`);
      }
      family.type = METRIC_TYPES[comment.type];
    }
    return comment.end + 1;
  }

  #open(name: string): Family {
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const family: Family = { name, line: this.#line, type: '', help: undefined, samples: [] };
    this.#families.set(name, family);
    return family;
  }

  #readSample(at: number): number {
    const body = this.#body;
    const text = this.#text;
    lexSeries(body, at, body.length, text);
    const labels = decodeSeries(body, text, 0, this.#pool);
    const { end, hasTime } = this.#readTail(skipBlanks(body, text.end));
    const family = this.#familyOf(labelValue(labels, METRIC_NAME));
    const own = new Map([...labelPairs(labels)].filter(([name]) => name !== METRIC_NAME));
    family.samples.push({ name: labelValue(labels, METRIC_NAME), labels: own });
    if (!hasTime) this.#claim(labels, at);
    return end;
  }

  #claim(labels: Labels, at: number): void {
    const key = labelsKey(labels);
    if (this.#series.has(key)) this.#refuse(at, 'this series stands twice');
    this.#series.add(key);
  }

  #familyOf(name: string): Family {
    for (const [type, suffixes] of SUFFIXES) {
      const suffix = suffixes.find((one) => name.endsWith(one));
      const family = suffix && this.#families.get(name.slice(0, -suffix.length));
      if (family && family.type === type) return family;
    }
    return this.#open(name);
  }

  #readTail(from: number): { readonly end: number; readonly hasTime: boolean } {
    const body = this.#body;
    let end = skipToken(body, from);
    if (end === from) throw unexpected(body, from, 'expected value after metric');
    const value = parseFloatText(body.toString('latin1', from, end));
    if (typeof value === 'string') throw new TextFault(from, value);
    end = skipBlanks(body, end);
    if (body[end] === NEWLINE) return { end: end + 1, hasTime: false };
    const timeAt = end;
    end = skipToken(body, timeAt);
    if (!/^-?\d+$/.test(body.toString('latin1', timeAt, end))) {
      throw unexpected(body, timeAt, 'expected a timestamp in whole milliseconds or the next line');
    }
    end = skipBlanks(body, end);
    if (body[end] !== NEWLINE) throw unexpected(body, end, 'expected next entry after timestamp');
    return { end: end + 1, hasTime: true };
  }
}
