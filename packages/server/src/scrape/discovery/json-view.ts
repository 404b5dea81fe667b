/** Looks into JSON of others, where anything may be missing or of another kind. */

/** A value and what is in it; what is not there reads as nothing. */
export class JsonView {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  /** What stands under a key. */
  get(key: string): JsonView {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return NOTHING;
    return new JsonView(Reflect.get(value, key));
  }

  get isThere(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  /** Text, and numbers and switches as text; undefined otherwise. */
  findText(): string | undefined {
    const value = this.#value;
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  }

  /** The text under a key, '' where there is none. */
  text(key: string): string {
    return this.get(key).findText() ?? '';
  }

  findNumber(): number | undefined {
    return typeof this.#value === 'number' ? this.#value : undefined;
  }

  findFlag(): boolean | undefined {
    return typeof this.#value === 'boolean' ? this.#value : undefined;
  }

  /** The elements of a list; none where it is none. */
  items(): readonly JsonView[] {
    return Array.isArray(this.#value) ? this.#value.map((item: unknown) => new JsonView(item)) : [];
  }

  /** The keys of a map with what stands under them. */
  entries(): readonly (readonly [string, JsonView])[] {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return Object.entries(value).map(([key, inner]) => [key, new JsonView(inner)] as const);
  }

  /** A map of texts; what is none is left out. */
  textMap(): readonly (readonly [string, string])[] {
    return this.entries().flatMap(([key, inner]) => {
      const text = inner.findText();
      return text === undefined ? [] : [[key, text] as const];
    });
  }

  texts(): readonly string[] {
    return this.items().flatMap((item) => item.findText() ?? []);
  }
}

const NOTHING = new JsonView(undefined);

/** A name of anything as a part of the name of a label: what is not allowed becomes `_`. */
export function sanitizeName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
}

/** An address with a port; IPv6 in brackets. */
export function joinHostPort(host: string, port: number | string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
