/**
 * The open streams of one kind of events. Every write is bounded: a stream whose reader has fallen
 * behind is ended, and its reader connects again and asks anew.
 */
import type { TextStream } from './event-stream.ts';
import { EVENT_BUFFER_BYTES_MAX } from './limits.ts';

/** A comment, which readers pass over. */
export const STILL_HERE = ': still here\n\n';

export class StreamSet<Stream extends TextStream> {
  readonly #streams = new Set<Stream>();
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get size(): number {
    return this.#streams.size;
  }

  all(): readonly Stream[] {
    return [...this.#streams];
  }

  /** Adds a stream; call the answer when its reader is gone. */
  add(stream: Stream): () => void {
    this.#streams.add(stream);
    return () => void this.#streams.delete(stream);
  }

  /** Writes to one of them. */
  send(stream: Stream, text: string): void {
    if (stream.bufferedBytes() <= EVENT_BUFFER_BYTES_MAX) stream.write(text);
    else this.#dismiss(stream);
  }

  broadcast(text: string): void {
    for (const stream of this.#streams) this.send(stream, text);
  }

  /**
   * Keeps proxies from cutting silent streams, and ends those of sessions that have ended since:
   * a stream was let in once and would otherwise stay for as long as its page is open.
   */
  async heartbeat(): Promise<void> {
    this.broadcast(STILL_HERE);
    const dismissIfUnwelcome = async (stream: Stream): Promise<void> => {
      if (!(await stream.isWelcome())) this.#dismiss(stream);
    };
    await Promise.all(this.all().map(dismissIfUnwelcome));
  }

  #dismiss(stream: Stream): void {
    this.#streams.delete(stream);
    stream.end();
  }

  close(): void {
    this.#isClosed = true;
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }
}
