/** How what a sender says of an alert joins what is known of it. */
import { fingerprintOf, type Labels, labelValue } from '../series/index.ts';
import { type Alert, isResolvedAt } from './model.ts';

/** An alert as a sender tells of it. */
export interface PostedAlert {
  /** Invariant: not empty. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number | undefined;
  readonly endsAtMs: number | undefined;
  readonly generatorUrl: string;
}

/** Fills in what a sender left out: it begins now, and ends after `resolve_timeout` unrepeated. */
export function acceptAlert(
  posted: PostedAlert,
  at: { readonly nowMs: number; readonly resolveTimeoutMs: number },
): Alert {
  const { startsAtMs, endsAtMs, labels, annotations, generatorUrl } = posted;
  return {
    fingerprint: fingerprintOf(labels),
    labels,
    annotations,
    startsAtMs: startsAtMs ?? endsAtMs ?? at.nowMs,
    endsAtMs: endsAtMs ?? at.nowMs + at.resolveTimeoutMs,
    updatedAtMs: at.nowMs,
    isTimeout: endsAtMs === undefined,
    generatorUrl,
  };
}

/**
 * Joins an alert to what is known of it. Where the two spans overlap they are one alert, which began
 * when the earlier did (Alertmanager's `provider/mem` and `Alert.Merge`); else the new one stands
 * alone.
 */
export function joinAlert(known: Alert | undefined, told: Alert): Alert {
  if (known === undefined) return told;
  const isOverlapping =
    (told.endsAtMs > known.startsAtMs && told.endsAtMs < known.endsAtMs) ||
    (told.startsAtMs > known.startsAtMs && told.startsAtMs < known.endsAtMs);
  return isOverlapping ? mergeAlerts(known, told) : told;
}

/** One alert out of two tellings of it; annotations are those of the younger. */
export function mergeAlerts(first: Alert, second: Alert): Alert {
  const [older, younger] =
    second.updatedAtMs < first.updatedAtMs ? [second, first] : [first, second];
  return {
    ...younger,
    startsAtMs: Math.min(older.startsAtMs, younger.startsAtMs),
    endsAtMs: chooseEnd(older, younger),
  };
}

function chooseEnd(older: Alert, younger: Alert): number {
  const latest = Math.max(older.endsAtMs, younger.endsAtMs);
  // Whether a telling says that it is over is judged at the instant of the telling.
  if (isResolvedAt(younger, younger.updatedAtMs)) {
    return isResolvedAt(older, younger.updatedAtMs) ? latest : younger.endsAtMs;
  }
  // An end that a sender gave outlasts a later telling without one; one of our own does not.
  return older.isTimeout ? younger.endsAtMs : latest;
}

/**
 * The order of alerts in a notification, as Alertmanager's: by job, by instance, then label for
 * label, fewer labels first.
 */
export function compareAlerts(a: Pick<Alert, 'labels'>, b: Pick<Alert, 'labels'>): number {
  for (const name of ['job', 'instance']) {
    const mine = labelValue(a.labels, name);
    const other = labelValue(b.labels, name);
    if (mine === other) continue;
    if (mine === '') return 1;
    if (other === '') return -1;
    return mine < other ? -1 : 1;
  }
  return compareSets(a.labels, b.labels);
}

/** As Go's `model.LabelSet.Before`; where names differ, the one that lacks the smaller is first. */
function compareSets(a: Labels, b: Labels): number {
  if (a.names.length !== b.names.length) return a.names.length - b.names.length;
  for (let i = 0; i < a.names.length; i++) {
    if (a.names[i] !== b.names[i]) return a.names[i] < b.names[i] ? 1 : -1;
    if (a.values[i] !== b.values[i]) return a.values[i] < b.values[i] ? -1 : 1;
  }
  return 0;
}
