/** Reads the log: its frames are those of records.ts, what they hold is told to a sink. */
import type { Exemplar, Labels } from '../series/index.ts';
import { ByteReader } from './bytes.ts';
import type { DiskFile } from './disk.ts';
import { type Damage, readRecords, type StoredRecord } from './records.ts';
import { SampleRuns } from './sample-runs.ts';
import { WAL_FORMAT } from './wal.ts';
import {
  readExemplars,
  readMixed,
  readSeries,
  RECORD_EXEMPLARS,
  RECORD_MIXED,
  RECORD_SAMPLES,
  RECORD_SERIES,
  type SampleSink,
} from './wal-records.ts';

/** Takes what the log says, in the order in which it was written. */
export interface LogSink extends SampleSink {
  series(id: number, labels: Labels): void;
  /** Plain samples, so many of them; valid during the call only. */
  run(samples: SampleRuns, count: number): void;
  exemplar(id: number, exemplar: Exemplar): void;
}

/** Reads segments of the log. */
export class LogReader {
  readonly #sink: LogSink;
  readonly #runs = new SampleRuns();
  readonly #onSeries: LogSink['series'];
  readonly #onRun: (count: number) => void;
  readonly #onExemplar: LogSink['exemplar'];

  constructor(sink: LogSink) {
    this.#sink = sink;
    this.#onSeries = (id, labels) => sink.series(id, labels);
    this.#onRun = (count) => sink.run(this.#runs, count);
    this.#onExemplar = (id, exemplar) => sink.exemplar(id, exemplar);
  }

  /** Reads one segment; answers what stopped it before its end, if anything. */
  read(file: DiskFile): Damage | undefined {
    return readRecords(file, WAL_FORMAT, (record) => this.#readRecord(record));
  }

  #readRecord({ kind, bytes, from, end }: StoredRecord): boolean {
    if (kind === RECORD_SERIES) return readSeries(bytes, from, end, this.#onSeries);
    if (kind === RECORD_SAMPLES) return this.#runs.read(bytes, from, end, this.#onRun);
    if (kind === RECORD_MIXED) return readMixed(bytes, from, end, this.#sink);
    if (kind !== RECORD_EXEMPLARS) return false;
    return readExemplars(new ByteReader(bytes, from, end), this.#onExemplar);
  }
}
