/** The same as a message. */
export type PlacesState = ReadonlyMap<number, number[]>;

/** Places in a column that are free again, by their size. */
export class FreePlaces {
  readonly #bySize = new Map<number, number[]>();

  /** All of them, for another thread to go on with. */
  handOver(): PlacesState {
    return this.#bySize;
  }

  /** Goes on, where there is none yet, with what another thread has handed over. */
  takeOver(state: PlacesState): void {
    for (const [size, places] of state) this.#bySize.set(size, places);
  }

  /** A place of just this size; undefined where none is free. */
  take(size: number): number | undefined {
    return this.#bySize.get(size)?.pop();
  }

  give(size: number, place: number): void {
    const places = this.#bySize.get(size);
    if (places === undefined) this.#bySize.set(size, [place]);
    else places.push(place);
  }
}
