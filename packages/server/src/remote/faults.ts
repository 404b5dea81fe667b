/** What of a request was refused, in words for whoever reads the sender's log. */
import { FAULTS_NAMED_MAX } from './limits.ts';

export class Faults {
  readonly #named: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Notes a part that was left out, and why. */
  add(why: string): void {
    this.#count++;
    if (this.#named.length < FAULTS_NAMED_MAX) this.#named.push(why);
  }

  clear(): void {
    this.#count = 0;
    this.#named.length = 0;
  }

  /** The first of them, and how many more there are. */
  describe(): string {
    const more = this.#count - this.#named.length;
    return this.#named.join('; ') + (more > 0 ? `; and ${more} more` : '');
  }
}
