/**
 * The use cases of silences: on disk before they count, and in force before they are answered. One
 * after another: each is planned on what the one before it left.
 */
import type { Alerts } from '../alerts/index.ts';
import {
  createUuid,
  expireSilence,
  planSilence,
  type Silence,
  silenceNotFound,
  type SilenceWish,
} from '../alertmanager/index.ts';
import type { Database } from '../database/index.ts';
import { type Clock, formatDuration, limitExceeded, type Random } from '../platform/index.ts';
import { createFindSilencing } from './in-force.ts';
import { KEPT_MS, PAST_MS, WAITING_MAX } from './limits.ts';
import { type Preview, type PreviewWish, previewSilence } from './preview.ts';
import { createSilenceStore, type SilenceEntry } from './store.ts';

export interface Silences {
  /** All that are kept, by id; for looking only. */
  readonly known: ReadonlyMap<string, Silence>;
  /**
   * Makes or changes a silence; answers it once it is on disk and in force. Throws `SILENCE_INVALID`,
   * `SILENCE_NOT_FOUND`, `SILENCES_BUSY`.
   */
  set(wish: SilenceWish, who: string): Promise<Silence>;
  /** Ends a silence now; idempotent. Throws `SILENCE_NOT_FOUND`, `SILENCES_BUSY`. */
  expire(id: string, who: string): Promise<Silence>;
  /** The silence of an id. Throws `SILENCE_NOT_FOUND`. */
  get(id: string): Silence;
  listHistory(id: string): Promise<readonly Omit<SilenceEntry, 'silenceId'>[]>;
  /** What a wish would silence, how many alerts it was held against, and whether there are more. */
  preview(
    wish: PreviewWish,
  ): Promise<Preview & { readonly knownCount: number; readonly isCut: boolean }>;
}

export interface SilencesOptions {
  readonly database: Database;
  readonly alerts: {
    readonly service: Pick<Alerts['service'], 'useSilences' | 'reviewSilences'>;
    readonly views: Pick<Alerts['views'], 'listFiring' | 'listFired'>;
  };
  readonly clock: Clock;
  readonly random: Random;
  /** Told when the list is another one. */
  readonly onChange: () => void;
}

/** Reads what is on disk, puts it into force, and answers what works on it. */
export async function openSilences(options: SilencesOptions): Promise<Silences> {
  const { database, alerts, clock, random, onChange } = options;
  const store = createSilenceStore(database);
  const known = new Map((await store.list()).map((silence) => [silence.id, silence]));
  const putInForce = (): void =>
    alerts.service.useSilences(createFindSilencing([...known.values()]));
  putInForce();
  const inTurn = createTurns();

  const forgetOld = async (nowMs: number): Promise<void> => {
    const old = [...known.values()].filter(({ endsAtMs }) => endsAtMs + KEPT_MS <= nowMs);
    await store.remove(old.map(({ id }) => id));
    for (const { id } of old) known.delete(id);
  };
  const commit = async (
    silences: readonly Silence[],
    describe: (silence: Silence) => Pick<SilenceEntry, 'kind' | 'reason' | 'actor'>,
  ): Promise<void> => {
    const nowMs = clock.now();
    const entries = silences.map((silence) => ({
      ...describe(silence),
      silenceId: silence.id,
      atMs: nowMs,
    }));
    await store.save(silences, entries);
    for (const silence of silences) known.set(silence.id, silence);
    putInForce();
    await alerts.service.reviewSilences();
    onChange();
  };
  const get = (id: string): Silence => {
    const silence = known.get(id);
    if (silence === undefined) throw silenceNotFound();
    return silence;
  };

  return {
    known,
    get,
    set: async (wish, who) =>
      inTurn(async () => {
        const nowMs = clock.now();
        await forgetOld(nowMs);
        const before = new Map(known);
        const silences = planSilence(wish, known, { nowMs, newId: createUuid(random) });
        const made = silences.at(-1);
        if (made === undefined) throw silenceNotFound();
        await commit(silences, (silence) => describeChange(before, { silence, made, who, nowMs }));
        return made;
      }),
    expire: async (id, who) =>
      inTurn(async () => {
        const silence = get(id);
        const ended = expireSilence(silence, clock.now());
        if (ended === undefined) return silence;
        const early = lasting(silence.endsAtMs - ended.endsAtMs);
        const entry = { kind: 'silence.ended', reason: `${who} ended it, ${early} early` } as const;
        await commit([ended], () => ({ ...entry, actor: who }));
        return ended;
      }),
    listHistory: async (id) => store.listHistory(get(id).id),
    async preview(wish) {
      const firing = alerts.views.listFiring();
      const { alerts: past, isCut } = await alerts.views.listFired(clock.now() - PAST_MS);
      const knownCount = firing.length + past.length;
      return { ...previewSilence(wish, { firing, past }), knownCount, isCut };
    },
  };
}

function describeChange(
  before: ReadonlyMap<string, Silence>,
  about: {
    readonly silence: Silence;
    /** What was asked for, where another one ended for it. */
    readonly made: Silence;
    readonly who: string;
    readonly nowMs: number;
  },
): Pick<SilenceEntry, 'kind' | 'reason' | 'actor'> {
  const { silence, made, who, nowMs } = about;
  const old = before.get(silence.id);
  if (old === undefined) {
    const lasts = lasting(silence.endsAtMs - silence.startsAtMs);
    const name = silence.createdBy === who ? '' : ` as ${silence.createdBy}`;
    const reason = `${who} made it${name}, for ${lasts}: ${silence.comment}`;
    return { kind: 'silence.created', reason, actor: who };
  }
  if (silence.id !== made.id) {
    const reason = `${who} changed what it matches: it ends, and silence ${made.id} takes its place`;
    return { kind: 'silence.ended', reason, actor: who };
  }
  const changes = [
    ...(old.endsAtMs === silence.endsAtMs
      ? []
      : [
          `it ends in ${lasting(silence.endsAtMs - nowMs)} instead of ${lasting(old.endsAtMs - nowMs)}`,
        ]),
    ...(old.startsAtMs === silence.startsAtMs ? [] : ['it begins at another time']),
    ...(old.comment === silence.comment ? [] : [`its comment is now: ${silence.comment}`]),
  ];
  const what = changes.length === 0 ? 'nothing is another than before' : changes.join('; ');
  return { kind: 'silence.changed', reason: `${who} changed it: ${what}`, actor: who };
}

/** In whole minutes, else in seconds. */
function lasting(ms: number): string {
  const unitMs = ms >= 60_000 ? 60_000 : 1_000;
  return formatDuration(Math.max(0, Math.round(ms / unitMs) * unitMs));
}

/** One after another, up to a bound. */
function createTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let waitingCount = 0;
  return async (run) => {
    if (waitingCount >= WAITING_MAX) {
      throw limitExceeded('SILENCES_BUSY', `${WAITING_MAX} changes of silences wait; try again`);
    }
    waitingCount++;
    const turn = last.then(run, run);
    last = turn;
    return turn.finally(() => waitingCount--);
  };
}
