/**
 * The newest exemplars of all series, in one ring of a fixed size.
 *
 * What is accepted is as in Prometheus (tsdb/exemplar.go): of each series an exemplar must be newer
 * than the one before, or of the same time and larger; the same one again is passed over. Exemplars
 * that are pushed out are gone; nothing else deletes them, but those of series that the store has
 * forgotten are not found any more.
 */
import { compareLabels, type Exemplar, type Labels } from '../series/index.ts';
import { EXEMPLAR_CHARACTERS_MAX, TIME_MS_MAX } from './limits.ts';

/** What becomes of an exemplar. */
type ExemplarVerdict = 'accepted' | 'known' | 'outOfOrder' | 'invalid';

/** Exemplars with the numbers of their series, in the order in which they came. */
export interface RingState {
  readonly ids: readonly number[];
  readonly exemplars: readonly Exemplar[];
}

export class ExemplarRing {
  readonly #max: number;
  /** By place; a place is used again when all are in use. */
  readonly #ids: number[] = [];
  readonly #exemplars: Exemplar[] = [];
  /** By series: the place of its newest exemplar. */
  readonly #newest = new Map<number, number>();
  /** How many were ever added; the number of the next. */
  #end = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#ids.length;
  }

  /** Whether an exemplar of a series may be added. */
  judge(id: number, exemplar: Exemplar): ExemplarVerdict {
    if (!isValid(exemplar)) return 'invalid';
    const place = this.#newest.get(id);
    if (place === undefined) return 'accepted';
    const newest = this.#exemplars[place];
    if (exemplar.timeMs !== newest.timeMs) {
      return exemplar.timeMs > newest.timeMs ? 'accepted' : 'outOfOrder';
    }
    if (!Object.is(exemplar.value, newest.value)) {
      return exemplar.value > newest.value ? 'accepted' : 'outOfOrder';
    }
    // Prometheus orders these by a hash, which nobody can rely on.
    const order = compareLabels(exemplar.labels, newest.labels);
    if (order === 0) return 'known';
    return order > 0 ? 'accepted' : 'outOfOrder';
  }

  /** Adds one that was accepted; the oldest goes where there is no more room. */
  add(id: number, exemplar: Exemplar): void {
    if (this.#max === 0) return;
    const place = this.#end % this.#max;
    const isTaken = place < this.#ids.length;
    if (isTaken && this.#newest.get(this.#ids[place]) === place) {
      this.#newest.delete(this.#ids[place]);
    }
    this.#ids[place] = id;
    this.#exemplars[place] = exemplar;
    this.#newest.set(id, place);
    this.#end++;
  }

  /** Calls with exemplars in the order in which they came, from a number on; answers the next. */
  visit(
    from: number,
    countMax: number,
    onExemplar: (id: number, exemplar: Exemplar) => void,
  ): number {
    const first = Math.max(from, this.#end - this.#ids.length);
    const end = Math.min(this.#end, first + countMax);
    for (let number = first; number < end; number++) {
      const place = number % this.#max;
      onExemplar(this.#ids[place], this.#exemplars[place]);
    }
    return end;
  }

  /** All of it, for another thread to go on with. */
  handOver(): RingState {
    const ids: number[] = [];
    const exemplars: Exemplar[] = [];
    this.visit(0, this.#end, (id, exemplar) => {
      ids.push(id);
      exemplars.push(exemplar);
    });
    return { ids, exemplars };
  }

  /** Goes on, where there is none yet, with what another thread has handed over. */
  takeOver({ ids, exemplars }: RingState): void {
    ids.forEach((id, i) => this.add(id, exemplars[i]));
  }

  /** The number that the next one gets. */
  get end(): number {
    return this.#end;
  }
}

/** Bounds of what is stored: times as of samples, labels as OpenMetrics has them. */
function isValid({ labels, value, timeMs }: Exemplar): boolean {
  const isTime = Number.isInteger(timeMs) && Math.abs(timeMs) <= TIME_MS_MAX;
  return isTime && typeof value === 'number' && areLabelsValid(labels);
}

function areLabelsValid({ names, values }: Labels): boolean {
  let characters = 0;
  for (const text of [...names, ...values]) {
    if (!text.isWellFormed()) return false;
    characters += countCodePoints(text);
  }
  return characters <= EXEMPLAR_CHARACTERS_MAX;
}

/** As Prometheus counts; one may be two units of UTF-16. */
function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
