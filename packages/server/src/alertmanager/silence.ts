/** The life of a silence, and whom it keeps quiet. */
import { invalid, notFound } from '../platform/index.ts';
import { isMatch, type Labels, type Matcher } from '../series/index.ts';
import { MATCHERS_MAX, SILENCES_MAX } from './limits.ts';
import type { Silence, SilenceState } from './model.ts';

export function stateOfSilence(
  silence: Pick<Silence, 'startsAtMs' | 'endsAtMs'>,
  nowMs: number,
): SilenceState {
  if (nowMs < silence.startsAtMs) return 'pending';
  return nowMs < silence.endsAtMs ? 'active' : 'expired';
}

/** The ids of active silences that keep an alert quiet, sorted. */
export function findSilences(active: readonly Silence[], labels: Labels): readonly string[] {
  return active
    .filter(({ matchers }) => isMatch(matchers, labels))
    .map(({ id }) => id)
    .sort();
}

/** A silence as somebody asks for it. */
export interface SilenceWish extends Omit<Silence, 'id' | 'updatedAtMs'> {
  /** The silence to change; '': a new one. */
  readonly id: string;
}

/**
 * What becomes of a wish: the silences to store, the one that was asked for last. One in force keeps
 * its id only where its past stays as it was; else it ends now, and another takes its place.
 * Throws `SILENCE_INVALID` and `SILENCE_NOT_FOUND`, in Alertmanager's words.
 */
export function planSilence(
  wish: SilenceWish,
  known: ReadonlyMap<string, Silence>,
  context: { readonly nowMs: number; readonly newId: string },
): readonly Silence[] {
  const { nowMs, newId } = context;
  assertWish(wish, nowMs);
  const previous = known.get(wish.id);
  if (wish.id !== '' && previous === undefined) throw silenceNotFound();
  if (previous !== undefined && canChange(previous, wish, nowMs)) {
    return [{ ...wish, updatedAtMs: changedAt(previous, nowMs) }];
  }
  if (known.size >= SILENCES_MAX) {
    const message = `exceeded maximum number of silences: ${known.size} (limit: ${SILENCES_MAX})`;
    throw invalid('SILENCE_INVALID', message);
  }
  const startsAtMs = Math.max(wish.startsAtMs, nowMs);
  const created: Silence = { ...wish, id: newId, startsAtMs, updatedAtMs: nowMs };
  const ended = previous === undefined ? undefined : expireSilence(previous, nowMs);
  return ended === undefined ? [created] : [ended, created];
}

/** The silence, over from now on; undefined: it is over already. */
export function expireSilence(silence: Silence, nowMs: number): Silence | undefined {
  switch (stateOfSilence(silence, nowMs)) {
    case 'expired':
      return undefined;
    case 'active':
      return { ...silence, endsAtMs: nowMs, updatedAtMs: changedAt(silence, nowMs) };
    case 'pending':
      return {
        ...silence,
        startsAtMs: nowMs,
        endsAtMs: nowMs,
        updatedAtMs: changedAt(silence, nowMs),
      };
  }
}

/** A change is younger than what it changes, also where a peer's clock that made that is ahead. */
function changedAt(previous: Silence, nowMs: number): number {
  return Math.max(nowMs, previous.updatedAtMs + 1);
}

export function silenceNotFound(): Error {
  return notFound('SILENCE_NOT_FOUND', 'silence not found');
}

function assertWish({ matchers, startsAtMs, endsAtMs }: SilenceWish, nowMs: number): void {
  if (startsAtMs >= endsAtMs) {
    throw invalidSilence('Failed to create silence: start time must be before end time');
  }
  if (endsAtMs < nowMs) {
    throw invalidSilence("Failed to create silence: end time can't be in the past");
  }
  if (matchers.length === 0) throw invalidSilence('invalid silence: matcher set 0 is empty');
  if (matchers.length > MATCHERS_MAX) {
    throw invalidSilence(
      `invalid silence: ${matchers.length} matchers; at most ${MATCHERS_MAX} are taken`,
    );
  }
  if (matchers.every(matchesEmpty)) {
    throw invalidSilence(
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    );
  }
}

function invalidSilence(message: string): Error {
  return invalid('SILENCE_INVALID', message);
}

/** As Alertmanager: a negative matcher counts as one that does not. */
function matchesEmpty(matcher: Matcher): boolean {
  const isPositive = matcher.operator === '=' || matcher.operator === '=~';
  return isPositive && matcher.matches('');
}

function canChange(previous: Silence, wish: SilenceWish, nowMs: number): boolean {
  if (!isSameMatchers(previous.matchers, wish.matchers)) return false;
  switch (stateOfSilence(previous, nowMs)) {
    case 'active':
      return seconds(previous.startsAtMs) === seconds(wish.startsAtMs) && wish.endsAtMs >= nowMs;
    case 'pending':
      return wish.startsAtMs >= nowMs;
    case 'expired':
      return false;
  }
}

const seconds = (atMs: number): number => Math.floor(atMs / 1000);

function isSameMatchers(first: readonly Matcher[], second: readonly Matcher[]): boolean {
  return (
    first.length === second.length &&
    first.every((matcher, index) => {
      const other = second[index];
      return (
        matcher.name === other.name &&
        matcher.operator === other.operator &&
        matcher.value === other.value
      );
    })
  );
}

const STATE_ORDER: readonly SilenceState[] = ['active', 'pending', 'expired'];

/** The order of lists: what ends next, then what begins next, then what ended last. */
export function compareSilences(a: Silence, b: Silence, nowMs: number): number {
  const mine = stateOfSilence(a, nowMs);
  const other = stateOfSilence(b, nowMs);
  if (mine !== other) return STATE_ORDER.indexOf(mine) - STATE_ORDER.indexOf(other);
  switch (mine) {
    case 'active':
      return a.endsAtMs - b.endsAtMs;
    case 'pending':
      return a.startsAtMs - b.startsAtMs;
    case 'expired':
      return b.endsAtMs - a.endsAtMs;
  }
}
