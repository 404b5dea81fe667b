/** Places in a column that are free again, by their size. */
export class FreePlaces {
  readonly #bySize = new Map<number, number[]>();

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
