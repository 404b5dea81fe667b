/**
 * The open files, in memory and on disk.
 *
 * All files in which something may still happen are held in memory, a few thousand at the most, so
 * that a tick needs no query and pages go out also while the database is away. The database has
 * every change before it counts, with two exceptions, both because a page is a promise: the
 * progress of pages (sending, delivered, the next step), and alerts of Nines about itself. Where
 * the database refuses these they hold in memory and are written as soon as it is back; until then a
 * kill may repeat a page, or lose an alert about Nines itself, which is raised again.
 *
 * Invariant: the file in memory is what the database holds, plus the backlog. Where the two may
 * differ, because a write failed without saying whether it was done, memory is right.
 */
import { errorMessage, type EventBus, type Log } from '../platform/index.ts';
import type { AlertEvents } from './events.ts';
import { CHANGES_PER_WRITE_MAX, UNSAVED_ENTRIES_MAX } from './limits.ts';
import type { AlertsMetrics } from './metrics.ts';
import { type AlertFile, type Change, isSettled, type Page } from './model.ts';
import type { AlertStore } from './store.ts';

export interface Instance {
  readonly ruleKey: string;
  readonly fingerprint: string;
}

export interface BookOptions {
  readonly store: AlertStore;
  readonly events: EventBus<AlertEvents>;
  readonly metrics: AlertsMetrics;
  readonly log: Log;
}

/** Owns the open files. Its callers take turns; nothing here is safe against two at once. */
export class AlertBook {
  readonly #options: BookOptions;
  readonly #files = new Map<string, AlertFile>();
  /** The file of each instance that its rule holds active. */
  readonly #instances = new Map<string, string>();
  /** Alerts whose first write failed, and may have been done all the same. */
  readonly #unwanted = new Set<string>();
  /** By alert: what is in memory only. */
  readonly #backlog = new Map<string, Change>();
  /** Why the last write failed. Defined: the database is away as far as we know. */
  #trouble: string | undefined;

  constructor(options: BookOptions) {
    this.#options = options;
  }

  /** Reads the open files from the database. */
  async open(): Promise<void> {
    for (const file of await this.#options.store.listOpenFiles()) this.#put(file);
  }

  files(): IterableIterator<AlertFile> {
    return this.#files.values();
  }

  findFile(alertId: string): AlertFile | undefined {
    return this.#files.get(alertId);
  }

  /** The file of an instance that its rule holds active. */
  findInstance(instance: Instance): AlertFile | undefined {
    const id = this.#instances.get(instanceKey(instance));
    return id === undefined ? undefined : this.#files.get(id);
  }

  /** What is in memory only. */
  unsaved(): readonly Change[] {
    return [...this.#backlog.values()];
  }

  /** Why alerts cannot be written at the moment; undefined while they can. */
  trouble(): string | undefined {
    return this.#trouble;
  }

  /**
   * Undoes in the database what writes left there that were said to have failed. Before anything
   * new is promised: else a restart would find an alert twice.
   */
  async settleDoubts(): Promise<void> {
    if (this.#unwanted.size === 0) return;
    const ids = [...this.#unwanted];
    await this.#options.store.remove(ids);
    for (const id of ids) this.#unwanted.delete(id);
  }

  /** Takes changes over once they are on disk; where they cannot be, rejects with the rest undone. */
  async commit(changes: readonly Change[]): Promise<void> {
    for (const part of parts(changes)) {
      await this.#flushBefore(part);
      await this.#write(part);
      this.#takeOver(part);
    }
  }

  /** Takes changes over at once, and writes them as soon as possible. Does not reject. */
  async commitAnyway(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    this.#takeOver(changes);
    for (const change of changes) {
      const { id } = change.file.alert;
      this.#backlog.set(id, mergeChanges(this.#backlog.get(id), change));
    }
    // While the database is away, one attempt a tick is enough: a hung one takes ten seconds.
    if (this.#trouble === undefined) await this.flush();
    const lostCount = boundEntries(this.#backlog);
    if (lostCount > 0) {
      this.#options.log.error('history of alerts was lost', { entries: lostCount });
    }
  }

  /** Tries to write what is in memory only. Does not reject. */
  async flush(): Promise<void> {
    try {
      await this.#writeBacklog();
    } catch (error) {
      this.#noteTrouble(error);
    }
  }

  /** Brings the database in line with memory, as far as it lets us. Does not reject. */
  async catchUp(): Promise<void> {
    try {
      await this.#writeBacklog();
      await this.settleDoubts();
    } catch (error) {
      this.#noteTrouble(error);
      return;
    }
    if (this.#trouble !== undefined) this.#options.log.info('alerts can be written again');
    this.#trouble = undefined;
  }

  async #writeBacklog(): Promise<void> {
    for (const part of parts(this.unsaved())) {
      await this.#options.store.save(part);
      this.#forgetBacklog(part);
    }
  }

  /** Logged when it begins: it is tried again several times a second. */
  #noteTrouble(error: unknown): void {
    const message = errorMessage(error);
    if (this.#trouble === undefined) {
      const fields = { alerts: this.#backlog.size, error: message };
      this.#options.log.error('cannot write alerts; tried again until it works', fields);
    }
    this.#trouble = message;
  }

  /** Entries are numbered through, so what waits of a file goes before what is new of it. */
  async #flushBefore(changes: readonly Change[]): Promise<void> {
    const waiting = changes.flatMap(({ file }) => this.#backlog.get(file.alert.id) ?? []);
    if (waiting.length === 0) return;
    await this.#options.store.save(waiting);
    this.#forgetBacklog(waiting);
  }

  async #write(changes: readonly Change[]): Promise<void> {
    try {
      await this.#options.store.save(changes);
    } catch (error) {
      for (const change of changes) this.#doubt(change);
      throw error;
    }
  }

  /**
   * A timeout or a lost connection does not say whether the write was done. The caller was told that
   * it was not and acts on that, so it is made true: memory, which never saw the change, is written
   * over it.
   */
  #doubt({ file, entries }: Change): void {
    const { id } = file.alert;
    const known = this.#files.get(id);
    if (known !== undefined) {
      this.#backlog.set(id, { file: known, changedPages: known.pages, entries: [], isExact: true });
    } else if (entries.some((entry) => entry.sequence === 0)) {
      this.#unwanted.add(id);
    }
  }

  #forgetBacklog(changes: readonly Change[]): void {
    for (const { file } of changes) this.#backlog.delete(file.alert.id);
  }

  #takeOver(changes: readonly Change[]): void {
    const { events, metrics } = this.#options;
    for (const { file } of changes) this.#put(file);
    for (const { file, changedPages, entries } of changes) {
      const { id: alertId, state } = file.alert;
      metrics.countEntries(entries);
      events.publish('alert.changed', { alertId, state });
      for (const page of changedPages) {
        events.publish('page.changed', { alertId, pageId: page.id, state: page.state });
      }
    }
  }

  #put(file: AlertFile): void {
    const { alert } = file;
    const key = instanceKey(alert);
    if (alert.isRuleActive) this.#instances.set(key, alert.id);
    else if (this.#instances.get(key) === alert.id) this.#instances.delete(key);
    if (isSettled(file)) this.#files.delete(alert.id);
    else this.#files.set(alert.id, file);
  }
}

/** One instance of one rule. The fingerprint alone is not collision-proof, nor known to be ours. */
export function instanceKey({ ruleKey, fingerprint }: Instance): string {
  return `${ruleKey}\n${fingerprint}`;
}

/**
 * Batches in which no instance comes twice: each item is decided on what the one before it left,
 * and a batch is decided as a whole before it is written.
 */
export function* distinctInstances<Item>(
  items: readonly Item[],
  instanceOf: (item: Item) => Instance,
): IterableIterator<readonly Item[]> {
  let batch: Item[] = [];
  let seen = new Set<string>();
  for (const item of items) {
    const key = instanceKey(instanceOf(item));
    if (seen.has(key)) {
      yield batch;
      batch = [];
      seen = new Set();
    }
    batch.push(item);
    seen.add(key);
  }
  if (batch.length > 0) yield batch;
}

function* parts(changes: readonly Change[]): IterableIterator<readonly Change[]> {
  for (let at = 0; at < changes.length; at += CHANGES_PER_WRITE_MAX) {
    yield changes.slice(at, at + CHANGES_PER_WRITE_MAX);
  }
}

/** Two changes of one file as one. */
function mergeChanges(first: Change | undefined, second: Change): Change {
  if (first === undefined) return second;
  const pages = new Map<string, Page>();
  for (const page of [...first.changedPages, ...second.changedPages]) pages.set(page.id, page);
  return {
    file: second.file,
    changedPages: [...pages.values()],
    entries: [...first.entries, ...second.entries],
    isExact: first.isExact === true || second.isExact === true,
  };
}

/** Cuts the longest history to its newer half when all of it together is too long. */
function boundEntries(backlog: Map<string, Change>): number {
  let count = 0;
  let longest: Change | undefined;
  for (const change of backlog.values()) {
    count += change.entries.length;
    if (change.entries.length > (longest?.entries.length ?? 0)) longest = change;
  }
  if (count <= UNSAVED_ENTRIES_MAX || longest === undefined) return 0;
  const lostCount = Math.ceil(longest.entries.length / 2);
  const entries = longest.entries.slice(lostCount);
  backlog.set(longest.file.alert.id, { ...longest, entries });
  return lostCount;
}
