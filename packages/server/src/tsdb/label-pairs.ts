/**
 * Distinct pairs of label name and value, each with a number from 1.
 *
 * A series' labels are a list of pair numbers, and postings are kept by pair number, so interning
 * the pair rather than two symbols makes both half as long. A pair lives as long as series use it.
 */

interface LabelName {
  readonly name: string;
  /** Numbers of the pairs with this name, by value. */
  readonly pairs: Map<string, number>;
}

/** The texts of all pairs, by number; empty names are nobody's. */
export interface PairsState {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

export class LabelPairs {
  readonly #names = new Map<string, LabelName>();
  /** By pair; entry 0 and freed entries belong to nobody. */
  readonly #nameOf: string[] = [''];
  readonly #valueOf: string[] = [''];
  readonly #free: number[] = [];
  /** Pairs that came or went since they were last taken; kept while somebody takes them. */
  #journal: Set<number> | undefined;

  /** The number of a pair, or 0. */
  find(name: string, value: string): number {
    return this.#names.get(name)?.pairs.get(value) ?? 0;
  }

  /** The number of a pair, made on first sight. */
  intern(name: string, value: string): number {
    const entry = this.#names.get(name) ?? this.#addName(name);
    const known = entry.pairs.get(value);
    if (known !== undefined) return known;
    const pair = this.#free.pop() ?? this.#nameOf.length;
    // The map's own copy of the name: all pairs of a name share one string.
    this.#nameOf[pair] = entry.name;
    this.#valueOf[pair] = value;
    entry.pairs.set(value, pair);
    this.#journal?.add(pair);
    return pair;
  }

  /** Makes a pair what it is in another thread; an empty name: nobody's. */
  set(pair: number, name: string, value: string): void {
    if (this.#nameOf[pair] !== undefined && this.#nameOf[pair] !== '') this.#unname(pair);
    // Numbers need not come in order, and gaps would make the arrays slow.
    for (let at = this.#nameOf.length; at < pair; at++) this.#clear(at);
    if (name === '') {
      this.#clear(pair);
      return;
    }
    const entry = this.#names.get(name) ?? this.#addName(name);
    this.#nameOf[pair] = entry.name;
    this.#valueOf[pair] = value;
    entry.pairs.set(value, pair);
  }

  /** All of it, for another thread to go on with. */
  handOver(): PairsState {
    return { names: this.#nameOf, values: this.#valueOf };
  }

  /** Goes on, where there is no pair yet, with what another thread has handed over. */
  takeOver({ names, values }: PairsState): void {
    for (let pair = 1; pair < names.length; pair++) {
      this.set(pair, names[pair], values[pair]);
      if (names[pair] === '') this.#free.push(pair);
    }
  }

  /** Begins to note which pairs change, or ends it. */
  keepJournal(isKept: boolean): void {
    this.#journal = isKept ? (this.#journal ?? new Set()) : undefined;
  }

  /** The pairs that changed since the last call. */
  takeJournal(): readonly number[] {
    const taken = [...(this.#journal ?? [])];
    this.#journal?.clear();
    return taken;
  }

  #addName(name: string): LabelName {
    const entry = { name, pairs: new Map<string, number>() };
    this.#names.set(name, entry);
    return entry;
  }

  /** Forgets a pair that no series uses any more. */
  remove(pair: number): void {
    this.#unname(pair);
    this.#clear(pair);
    this.#free.push(pair);
    this.#journal?.add(pair);
  }

  #unname(pair: number): void {
    const name = this.#nameOf[pair];
    const entry = this.#names.get(name);
    // The value may be another pair's by now where changes arrive out of order.
    if (entry?.pairs.get(this.#valueOf[pair]) === pair) entry.pairs.delete(this.#valueOf[pair]);
    if (entry?.pairs.size === 0) this.#names.delete(name);
  }

  #clear(pair: number): void {
    this.#nameOf[pair] = '';
    this.#valueOf[pair] = '';
  }

  name(pair: number): string {
    return this.#nameOf[pair];
  }

  value(pair: number): string {
    return this.#valueOf[pair];
  }

  /** All names that there are, in no order. */
  names(): Iterable<string> {
    return this.#names.keys();
  }

  /** Values and pair numbers of a name, in no order. */
  pairsOf(name: string): Iterable<readonly [string, number]> {
    return this.#names.get(name)?.pairs ?? [];
  }

  /** How many values a name has. */
  valueCount(name: string): number {
    return this.#names.get(name)?.pairs.size ?? 0;
  }

  /** Orders pairs as `compareLabels` does. */
  compare(a: number, b: number): number {
    if (a === b) return 0;
    const nameA = this.#nameOf[a];
    const nameB = this.#nameOf[b];
    if (nameA !== nameB) return nameA < nameB ? -1 : 1;
    return this.#valueOf[a] < this.#valueOf[b] ? -1 : 1;
  }

  /** Pair numbers are below this. */
  get capacity(): number {
    return this.#nameOf.length;
  }

  get pairCount(): number {
    return this.#nameOf.length - 1 - this.#free.length;
  }
}
