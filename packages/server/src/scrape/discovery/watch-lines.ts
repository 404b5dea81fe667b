/** Cuts a stream of text into its lines, each whole. */

export class WatchLines {
  readonly #lineCharsMax: number;
  /** What has come of a line that has not ended. */
  #parts: string[] = [];
  #chars = 0;

  constructor(lineCharsMax: number) {
    this.#lineCharsMax = lineCharsMax;
  }

  /** The lines that a piece of the stream ends; empty ones are left out. Throws where one is too long. */
  push(text: string): readonly string[] {
    const [first, ...others] = text.split('\n');
    const rest = others.pop();
    // Joined once, when its end has come: a long line comes in a hundred pieces.
    this.#parts.push(first);
    this.#chars += first.length;
    this.#check();
    if (rest === undefined) return [];
    const lines = [this.#parts.join(''), ...others];
    this.#parts = [rest];
    this.#chars = rest.length;
    this.#check();
    return lines.filter((line) => line.trim() !== '');
  }

  #check(): void {
    if (this.#chars > this.#lineCharsMax) throw new Error('an event of a watch is too large');
  }
}
