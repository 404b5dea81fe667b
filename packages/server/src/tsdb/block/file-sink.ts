/** Writes a file from its beginning to its end, in large pieces, with running checksums. */
import { crc32c } from '../../platform/index.ts';
import { ByteWriter } from '../bytes.ts';
import type { DiskFile } from '../disk.ts';
import { WRITE_BUFFER_BYTES } from './limits.ts';

export class FileSink {
  /** What was not written to the disk yet. */
  readonly writer = new ByteWriter(WRITE_BUFFER_BYTES + 4096);
  readonly #file: DiskFile;
  #writtenBytes = 0;
  #crc = 0;
  /** Where in the writer the bytes begin that the running checksum does not know yet. */
  #crcFrom = 0;

  constructor(file: DiskFile) {
    this.#file = file;
  }

  /** Where in the file the next byte goes. */
  get position(): number {
    return this.#writtenBytes + this.writer.at;
  }

  /** Writes to the disk what has come together, where it is enough. Throws the system's error. */
  drain(): void {
    if (this.writer.at >= WRITE_BUFFER_BYTES) this.flush();
  }

  flush(): void {
    const { writer } = this;
    this.#takeIn();
    this.#file.write(writer.written(), this.#writtenBytes);
    this.#writtenBytes += writer.at;
    writer.at = 0;
    this.#crcFrom = 0;
  }

  /** Fills with zeros up to a multiple. */
  align(multiple: number): void {
    while (this.position % multiple !== 0) this.writer.byte(0);
  }

  /**
   * Begins a section: room for its length, then what the checksum is taken of. Answers what
   * `endSection` wants.
   */
  beginSection(): number {
    this.writer.bigWord(0);
    this.#crc = 0;
    this.#crcFrom = this.writer.at;
    return this.position;
  }

  /** Ends a section: its checksum, and its length where there was room left. */
  endSection(start: number): void {
    this.#takeIn();
    const length = this.position - start;
    this.writer.bigWord(this.#crc);
    const lengthAt = start - 4 - this.#writtenBytes;
    if (lengthAt >= 0) {
      this.writer.bigWordAt(lengthAt, length);
      return;
    }
    this.flush();
    const bytes = new ByteWriter(4);
    bytes.bigWord(length);
    this.#file.write(bytes.written(), start - 4);
  }

  #takeIn(): void {
    const { writer } = this;
    this.#crc = crc32c(writer.bytes, this.#crcFrom, writer.at, this.#crc);
    this.#crcFrom = writer.at;
  }

  /** Writes the rest and makes the file durable. */
  async close(): Promise<void> {
    this.flush();
    await this.#file.sync();
    this.#file.close();
  }

  /** Closes the file as it is. */
  abandon(): void {
    this.#file.close();
  }
}
