/**
 * Holds an answer against a schema of an OpenAPI document, as far as Prometheus' own document goes:
 * types, properties, lists, enumerations, references, alternatives.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

type Json = Readonly<Record<string, unknown>>;

export interface OpenApi {
  /** Paths with the methods that answer them. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  /** What is wrong with an answer with status 200; empty: nothing. Undefined: it is not JSON. */
  readonly findFaults: (
    path: string,
    method: string,
    answer: unknown,
  ) => readonly string[] | undefined;
}

const DEPTH_MAX = 40;

/** Reads a document. */
export function readOpenApi(file: string): OpenApi {
  const document: unknown = parse(readFileSync(file, 'utf8'));
  const paths = objectAt(document, 'paths');
  return {
    paths: new Map(Object.keys(paths).map((path) => [path, Object.keys(objectAt(paths, path))])),
    findFaults(path, method, answer) {
      const content = objectAt(paths, path, method, 'responses', '200', 'content');
      const json = content['application/json'];
      if (json === undefined) return undefined;
      const at = { document, place: '$', depth: 0 };
      return [...findFaults(at, objectAt(json, 'schema'), answer)];
    },
  };
}

/** Where in the answer the check is. */
interface Place {
  readonly document: unknown;
  readonly place: string;
  readonly depth: number;
}

function inside(at: Place, step: string): Place {
  return { ...at, place: at.place + step, depth: at.depth + 1 };
}

function* findFaults(at: Place, schema: Json, value: unknown): IterableIterator<string> {
  if (at.depth > DEPTH_MAX) throw new Error(`schema goes on for ever at ${at.place}`);
  const reference = schema['$ref'];
  const alternatives = schema['oneOf'] ?? schema['anyOf'];
  const allowed = schema['enum'];
  if (typeof reference === 'string') {
    const target = objectAt(at.document, ...reference.replace('#/', '').split('/'));
    yield* findFaults(inside(at, ''), target, value);
  } else if (Array.isArray(alternatives)) {
    const attempts = alternatives.map((one) => [...findFaults(at, objectAt(one), value)]);
    if (attempts.some((faults) => faults.length === 0)) return;
    yield `${at.place}: fits no alternative: ${attempts.flat().join('; ')}`;
  } else {
    yield* findTypeFaults(at, schema, value);
    if (!Array.isArray(allowed) || allowed.includes(value)) return;
    yield `${at.place}: ${JSON.stringify(value)} is none of ${allowed.join(', ')}`;
  }
}

function* findTypeFaults(at: Place, schema: Json, value: unknown): IterableIterator<string> {
  const type = String(schema['type']);
  const text = JSON.stringify(value);
  if (type === 'object') yield* findObjectFaults(at, schema, value);
  else if (type === 'array') yield* findListFaults(at, schema, value);
  else if (type === 'integer' && !Number.isInteger(value))
    yield `${at.place}: ${text} is no integer`;
  else if (['string', 'number', 'boolean'].includes(type) && typeof value !== type) {
    yield `${at.place}: ${text} is no ${type}`;
  }
}

function* findListFaults(at: Place, schema: Json, value: unknown): IterableIterator<string> {
  if (!Array.isArray(value)) {
    yield `${at.place}: is no list`;
    return;
  }
  const items = schema['items'];
  if (items === undefined) return;
  for (const [i, one] of value.entries()) {
    yield* findFaults(inside(at, `[${i}]`), objectAt(items), one);
  }
}

function* findObjectFaults(at: Place, schema: Json, value: unknown): IterableIterator<string> {
  if (!isObject(value)) {
    yield `${at.place}: is no object`;
    return;
  }
  const properties = objectAt(schema['properties'] ?? {});
  const required = schema['required'];
  for (const name of Array.isArray(required) ? required.map(String) : []) {
    if (value[name] === undefined) yield `${at.place}: has no ${name}`;
  }
  const more = schema['additionalProperties'];
  for (const [name, one] of Object.entries(value)) {
    const known = properties[name] ?? more;
    if (known === false) yield `${at.place}: ${name} is not known`;
    else if (isObject(known)) yield* findFaults(inside(at, `.${name}`), known, one);
  }
}

function objectAt(from: unknown, ...path: readonly string[]): Json {
  let at: unknown = from;
  for (const name of path) at = isObject(at) ? at[name] : undefined;
  if (!isObject(at)) throw new Error(`document has no object at ${path.join('/')}`);
  return at;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
