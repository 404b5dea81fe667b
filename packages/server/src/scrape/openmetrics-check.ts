/**
 * Judges a whole OpenMetrics text by its specification (version 1.0), for people who write
 * exporters. Every line is looked at, so that one mistake does not hide the next.
 */
import { isUtf8 } from 'node:buffer';
import { CHECK_FINDINGS_MAX } from './limits.ts';
import type { ExpositionFinding } from './metrics-finding.ts';
import { type PlacedFault, StrictFamily } from './openmetrics-family.ts';
import { checkHistograms } from './openmetrics-histogram.ts';
import { LineFault, parseStrictMetadata, parseStrictSample } from './openmetrics-line.ts';

/** A text, judged. */
export interface CheckedExposition {
  /** In order of place; no more than some hundreds. */
  readonly findings: readonly ExpositionFinding[];
  readonly families: readonly StrictFamily[];
}

const EOF = '# EOF';

/** Judges a text; it answers faults only. It never throws. */
export function checkOpenMetrics(bytes: Uint8Array): CheckedExposition {
  return new Checker().run(bytes);
}

class Checker {
  readonly #faults: PlacedFault[] = [];
  readonly #families: StrictFamily[] = [];
  /** Names that are taken, with the family that has them. */
  readonly #claims = new Map<string, StrictFamily>();
  #family: StrictFamily | undefined;

  run(bytes: Uint8Array): CheckedExposition {
    const lines = splitLines(bytes);
    const end = lines.findIndex((line) => line.toString('latin1') === EOF);
    const last = end < 0 ? lines.length : end;
    for (let i = 0; i < last && this.#faults.length < CHECK_FINDINGS_MAX; i++) {
      this.#guard(i + 1, () => this.#readLine(lines[i], i + 1));
    }
    this.#close();
    if (end < 0) this.#refuse(Math.max(1, lines.length), 'the last line must be "# EOF"');
    else if (end < lines.length - 1) this.#refuse(end + 2, 'nothing may follow "# EOF"');
    const findings = this.#faults
      .map(({ line, fault }) => ({
        line,
        column: fault.column,
        severity: 'fault' as const,
        message: fault.message,
      }))
      .sort((a, b) => a.line - b.line || a.column - b.column);
    return { findings, families: this.#families };
  }

  #readLine(bytes: Buffer, line: number): void {
    if (bytes.length === 0) throw new LineFault(1, 'blank lines are not allowed');
    if (!isUtf8(bytes)) throw new LineFault(1, 'the line is not valid UTF-8');
    const text = bytes.toString('utf8');
    if (text.startsWith('#')) {
      const metadata = parseStrictMetadata(text);
      if (metadata.name !== this.#family?.name) this.#open(metadata.name, line);
      this.#family?.describe(metadata);
      return;
    }
    const sample = parseStrictSample(text);
    if (this.#family?.owns(sample.name) !== true) this.#open(sample.name, line);
    this.#family?.add({ ...sample, line });
  }

  #open(name: string, line: number): void {
    this.#close();
    this.#family = new StrictFamily(name, line);
  }

  #close(): void {
    const family = this.#family;
    if (family === undefined) return;
    this.#family = undefined;
    this.#families.push(family);
    this.#faults.push(...family.finish());
    const isHistogram = family.type === 'histogram' || family.type === 'gaugehistogram';
    if (isHistogram) this.#faults.push(...checkHistograms(family));
    const taken = family.claimedNames.find((name) => this.#claims.has(name));
    if (taken !== undefined) {
      const owner = this.#claims.get(taken);
      const where = `the family "${owner?.name}" of line ${owner?.line}`;
      this.#refuse(family.line, `"${family.name}" clashes with ${where}: both have "${taken}"`);
    }
    for (const name of family.claimedNames) this.#claims.set(name, family);
  }

  #guard(line: number, read: () => void): void {
    try {
      read();
    } catch (fault) {
      if (!(fault instanceof LineFault)) throw fault;
      this.#faults.push({ line, fault });
    }
  }

  #refuse(line: number, message: string): void {
    this.#faults.push({ line, fault: new LineFault(1, message) });
  }
}

/** The lines without their newlines; a newline at the end begins no further line. */
function splitLines(bytes: Uint8Array): Buffer[] {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines: Buffer[] = [];
  let from = 0;
  while (from < body.length) {
    const newline = body.indexOf(0x0a, from);
    const to = newline < 0 ? body.length : newline;
    lines.push(body.subarray(from, to));
    from = to + 1;
  }
  return lines;
}
