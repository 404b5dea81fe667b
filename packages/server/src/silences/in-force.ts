/**
 * Which silence keeps an alert quiet at an instant.
 *
 * It is asked for every firing alert several times a second, and the answer changes only when a
 * silence is changed, begins or ends: between two such instants each set of labels is matched once.
 */
import type { FindSilencing, Silencing } from '../alerts/index.ts';
import { type Silence, stateOfSilence } from '../alertmanager/index.ts';
import { isMatch, type Labels } from '../series/index.ts';
import { COMMENT_TOLD_CHARS_MAX } from './limits.ts';

interface Epoch {
  readonly fromMs: number;
  readonly toMs: number;
  /** What ends last comes first: then its end is the end of being silenced. */
  readonly active: readonly Silence[];
  readonly found: WeakMap<Labels, { readonly silencing: Silencing | undefined }>;
}

/** Builds the answer to that question for silences that no longer change. */
export function createFindSilencing(silences: readonly Silence[]): FindSilencing {
  let epoch: Epoch | undefined;
  return (labels, nowMs) => {
    if (silences.length === 0) return undefined;
    if (epoch === undefined || nowMs < epoch.fromMs || nowMs >= epoch.toMs) {
      epoch = createEpoch(silences, nowMs);
    }
    if (epoch.active.length === 0) return undefined;
    const known = epoch.found.get(labels);
    if (known !== undefined) return known.silencing;
    const silence = epoch.active.find(({ matchers }) => isMatch(matchers, labels));
    const silencing = silence === undefined ? undefined : toSilencing(silence);
    epoch.found.set(labels, { silencing });
    return silencing;
  };
}

function createEpoch(silences: readonly Silence[], nowMs: number): Epoch {
  const turns = silences.flatMap(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs]);
  return {
    fromMs: Math.max(...turns.filter((atMs) => atMs <= nowMs), Number.NEGATIVE_INFINITY),
    toMs: Math.min(...turns.filter((atMs) => atMs > nowMs), Number.POSITIVE_INFINITY),
    active: silences
      .filter((silence) => stateOfSilence(silence, nowMs) === 'active')
      .sort((a, b) => b.endsAtMs - a.endsAtMs || (a.id < b.id ? -1 : 1)),
    found: new WeakMap(),
  };
}

function toSilencing({ id, endsAtMs, createdBy, comment }: Silence): Silencing {
  const isLong = comment.length > COMMENT_TOLD_CHARS_MAX;
  const told = isLong ? `${comment.slice(0, COMMENT_TOLD_CHARS_MAX)}…` : comment;
  return { id, untilMs: endsAtMs, by: createdBy, comment: told };
}
