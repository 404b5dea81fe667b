/** A set of labels that is being worked on: sorted at all times, small, reused. */
import type { Labels } from '../series/index.ts';

/**
 * Sets, reads and removes labels in place. Setting an empty value removes the label, as the data
 * model wants it. Sets hold about ten labels, so that a walk beats a map.
 */
export class LabelBuilder {
  #names: string[] = [];
  #values: string[] = [];

  constructor(labels?: Labels) {
    if (labels !== undefined) this.reset(labels);
  }

  /** Starts over from a set. */
  reset(labels: Labels): void {
    this.#names = [...labels.names];
    this.#values = [...labels.values];
  }

  get size(): number {
    return this.#names.length;
  }

  /** The value of a label, or ''. */
  get(name: string): string {
    const index = this.#names.indexOf(name);
    return index < 0 ? '' : this.#values[index];
  }

  set(name: string, value: string): void {
    if (value === '') {
      this.delete(name);
      return;
    }
    const names = this.#names;
    let index = 0;
    while (index < names.length && names[index] < name) index++;
    if (names[index] === name) {
      this.#values[index] = value;
      return;
    }
    names.splice(index, 0, name);
    this.#values.splice(index, 0, value);
  }

  delete(name: string): void {
    const index = this.#names.indexOf(name);
    if (index < 0) return;
    this.#names.splice(index, 1);
    this.#values.splice(index, 1);
  }

  /** The names as they are now; the answer does not change with later edits. */
  names(): readonly string[] {
    return [...this.#names];
  }

  /** The set as it is now; the answer does not change with later edits. */
  labels(): Labels {
    return { names: [...this.#names], values: [...this.#values] };
  }
}
