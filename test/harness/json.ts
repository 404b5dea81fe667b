/** Reading parsed JSON whose shape a test knows, and must not trust. */

/** The members of an object; none where it is not one. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The items of an array; none where it is not one. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What stands at a path of keys and indexes; undefined where nothing does. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce((inner, key) => members(inner)[key], value);
}
