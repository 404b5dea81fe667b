/**
 * A copy of the objects of one kind, kept up to date: they are listed once, page by page, and then
 * watched from the version on that the list had (Kubernetes API concepts, "efficient detection of
 * changes"). When the server has forgotten that version, or the stream breaks, it goes on from the
 * last version seen, and lists again where that is too old.
 */
import type { IncomingMessage } from 'node:http';
import { unavailable } from '../../platform/index.ts';
import { discard } from '../http-body.ts';
import type { HttpClient } from '../http-client.ts';
import { type DiscoveryTools, repeat, type Repeated, withTimeout } from './discovery.ts';
import { askJson, checkStatus } from './http-answers.ts';
import { JsonView } from './json-view.ts';
import { WatchLines } from './watch-lines.ts';
import {
  KUBERNETES_LINE_CHARS_MAX,
  KUBERNETES_OBJECTS_MAX,
  KUBERNETES_PAGE,
  KUBERNETES_PAGES_MAX,
  KUBERNETES_WATCH_SECONDS,
  REQUEST_TIMEOUT_MS,
} from './limits.ts';

export interface ReflectorOptions<T> extends DiscoveryTools {
  readonly client: HttpClient;
  /** The address of the list, without a query. */
  readonly url: string;
  /** Narrows list and watch. */
  readonly selector: { readonly label: string; readonly field: string };
  readonly read: (object: JsonView) => T;
  readonly onChange: () => void;
  readonly onOutcome: (reason: string | undefined) => void;
}

/** What the server says when a version is too old to go on from. */
const GONE = 410;

export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  #objects = new Map<string, T>();
  #repeated: Repeated | undefined;
  #version = '';
  #isSynced = false;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
  }

  start(): void {
    const round = async (signal: AbortSignal): Promise<void> => {
      if (this.#version === '') await this.#list(signal);
      await this.#watch(signal);
    };
    // A watch that ended in order begins again at once; the server ends each after some minutes.
    this.#repeated = repeat({ ...this.#options, intervalMs: WATCH_AGAIN_MS, round });
  }

  stop(): void {
    this.#repeated?.stop();
  }

  /** Whether the list has come in whole at least once. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  objects(): Iterable<T> {
    return this.#objects.values();
  }

  async #list(signal: AbortSignal): Promise<void> {
    const objects = new Map<string, T>();
    let token = '';
    let pageCount = 0;
    do {
      const query = this.#query({ limit: String(KUBERNETES_PAGE) });
      if (token !== '') query.set('continue', token);
      const { client, clock, url } = this.#options;
      const { value } = await askJson(client, clock, { url: `${url}?${query.toString()}`, signal });
      const page = new JsonView(value);
      for (const item of page.get('items').items()) this.#put(objects, item);
      const next = page.get('metadata').text('continue');
      const isSame = next !== '' && next === token;
      if (isSame || ++pageCount > KUBERNETES_PAGES_MAX) throw this.#endless(pageCount);
      token = next;
      if (token === '') this.#version = page.get('metadata').text('resourceVersion');
    } while (token !== '');
    this.#objects = objects;
    this.#isSynced = true;
    this.#options.onChange();
  }

  #put(objects: Map<string, T>, item: JsonView): void {
    objects.set(keyOf(item), this.#options.read(item));
    if (objects.size <= KUBERNETES_OBJECTS_MAX) return;
    const message = `more than ${KUBERNETES_OBJECTS_MAX} objects at ${this.#options.url}`;
    throw unavailable('SCRAPE_DISCOVERY', `${message}; narrow it with namespaces or selectors`);
  }

  #endless(pageCount: number): Error {
    const message = `the list at ${this.#options.url} has no end`;
    return unavailable('SCRAPE_DISCOVERY', `${message}: page ${pageCount + 1} names one more`);
  }

  #query(fields: Readonly<Record<string, string>>): URLSearchParams {
    const { label, field } = this.#options.selector;
    const query = new URLSearchParams(fields);
    if (label !== '') query.set('labelSelector', label);
    if (field !== '') query.set('fieldSelector', field);
    return query;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, clock, url } = this.#options;
    const query = this.#query({
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: this.#version,
      timeoutSeconds: String(KUBERNETES_WATCH_SECONDS),
    });
    const waitMs = KUBERNETES_WATCH_SECONDS * 1000 + REQUEST_TIMEOUT_MS;
    const limited = withTimeout(clock, signal, waitMs);
    try {
      const headers = { Accept: 'application/json', 'User-Agent': 'Nines' };
      const request = { url: `${url}?${query.toString()}`, headers, signal: limited.signal };
      const response = await client.send(request);
      if (response.statusCode === GONE) {
        this.#version = '';
        return discard(response);
      }
      checkStatus(response, url);
      // A watch that stands is well, however long nothing happens.
      this.#options.onOutcome(undefined);
      for await (const line of readLines(response)) {
        if (signal.aborted) return;
        this.#apply(line);
        if (this.#version === '') return;
      }
    } finally {
      limited.done();
    }
  }

  #apply(line: string): void {
    const value: unknown = JSON.parse(line);
    const event = new JsonView(value);
    const object = event.get('object');
    const type = event.text('type');
    if (type === 'ERROR') {
      // Whatever it was, a new list is right again; "too old" is the usual one.
      this.#version = '';
      if (object.get('code').findNumber() === GONE) return;
      throw unavailable('SCRAPE_DISCOVERY', `the watch failed: ${object.text('message')}`);
    }
    const version = object.get('metadata').text('resourceVersion');
    if (version !== '') this.#version = version;
    if (type === 'BOOKMARK') return;
    if (type === 'DELETED') this.#objects.delete(keyOf(object));
    else this.#put(this.#objects, object);
    this.#options.onChange();
  }
}

/** Between two watches; it matters only where a server ends each one at once. */
const WATCH_AGAIN_MS = 1_000;

function keyOf(object: JsonView): string {
  const meta = object.get('metadata');
  return `${meta.text('namespace')}/${meta.text('name')}`;
}

/** The lines of a stream, each whole; throws where one is too long. */
async function* readLines(response: IncomingMessage): AsyncGenerator<string> {
  const lines = new WatchLines(KUBERNETES_LINE_CHARS_MAX);
  response.setEncoding('utf8');
  for await (const chunk of response) yield* lines.push(String(chunk));
}
