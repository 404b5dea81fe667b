/** Silences as the contract shows them. */
import type {
  Silence as SilenceView,
  SilencedAlert,
  SilenceDetail,
  SilenceList,
  SilencePreview,
  SilenceQuery,
} from '@nines/contract';
import type { Alerts, FiredAlert } from '../alerts/index.ts';
import { compareSilences, type Silence, stateOfSilence } from '../alertmanager/index.ts';
import type { Clock } from '../platform/index.ts';
import { isMatch } from '../series/index.ts';
import { PAST_MS, REMIND_MS, REMINDED_MAX, SHOWN_MAX } from './limits.ts';
import type { PreviewWish } from './preview.ts';
import type { Silences } from './service.ts';

/** A silence that ends soon while alerts fire under it. */
export interface Reminder {
  /** One sentence for each silence. */
  readonly details: readonly string[];
}

export interface SilenceViews {
  list(query: SilenceQuery): SilenceList;
  /** Throws `SILENCE_NOT_FOUND`. */
  detail(id: string): Promise<SilenceDetail>;
  preview(wish: PreviewWish): Promise<SilencePreview>;
  /** What people should know before it is over; undefined: nothing. */
  remind(): Reminder | undefined;
}

/** Builds the views. */
export function createSilenceViews(options: {
  readonly silences: Silences;
  readonly alerts: Pick<Alerts['views'], 'listFiring'>;
  readonly clock: Clock;
}): SilenceViews {
  const { silences, alerts, clock } = options;
  return {
    list({ state }) {
      const nowMs = clock.now();
      const firing = alerts.listFiring();
      const counts = { active: 0, pending: 0, expired: 0 };
      for (const silence of silences.known.values()) counts[stateOfSilence(silence, nowMs)]++;
      const shown = [...silences.known.values()].filter((silence) => {
        const its = stateOfSilence(silence, nowMs);
        if (state === undefined) return its !== 'expired';
        return state === 'all' || state === its;
      });
      return {
        now: nowMs,
        silences: shown
          .sort((a, b) => compareSilences(a, b, nowMs))
          .map((silence) => view(silence, firingUnder(silence, firing).length, nowMs)),
        counts,
      };
    },
    async detail(id) {
      const nowMs = clock.now();
      const silence = silences.get(id);
      const history = await silences.listHistory(id);
      const firing = firingUnder(silence, alerts.listFiring());
      return {
        now: nowMs,
        silence: view(silence, firing.length, nowMs),
        history: history.map(({ atMs, kind, reason, actor }) => ({
          at: atMs,
          kind,
          reason,
          actor,
        })),
        firing: newest(firing),
      };
    },
    async preview(wish) {
      const nowMs = clock.now();
      const { firing, past, warnings, knownCount, isCut } = await silences.preview(wish);
      return {
        now: nowMs,
        firing: newest(firing),
        firingCount: firing.length,
        firingPageCount: countPages(firing),
        pastFrom: nowMs - PAST_MS,
        past: newest(past),
        pastCount: past.length,
        pastPageCount: countPages(past),
        knownCount,
        isCut,
        warnings: [...warnings],
      };
    },
    remind: () => remind(silences, () => alerts.listFiring(), clock.now()),
  };
}

function firingUnder({ matchers }: Silence, firing: readonly FiredAlert[]): readonly FiredAlert[] {
  return firing.filter(({ labels }) => isMatch(matchers, labels));
}

function remind(
  { known }: Silences,
  listFiring: () => readonly FiredAlert[],
  nowMs: number,
): Reminder | undefined {
  const ending = [...known.values()].filter(
    (silence) =>
      stateOfSilence(silence, nowMs) === 'active' && silence.endsAtMs - nowMs <= REMIND_MS,
  );
  if (ending.length === 0) return undefined;
  const firing = listFiring();
  const told = ending
    .sort((a, b) => compareSilences(a, b, nowMs))
    .flatMap((silence) => {
      const count = firingUnder(silence, firing).length;
      return count === 0 ? [] : [describeEnding(silence, count)];
    });
  if (told.length === 0) return undefined;
  const moreCount = told.length - REMINDED_MAX;
  const more = moreCount > 0 ? [`and ${moreCount} more`] : [];
  return { details: [...told.slice(0, REMINDED_MAX), ...more] };
}

function describeEnding({ endsAtMs, createdBy, comment }: Silence, count: number): string {
  const at = `${new Date(endsAtMs).toISOString().slice(11, 16)} UTC`;
  const alerts = count === 1 ? '1 alert still fires' : `${count} alerts still fire`;
  return `"${comment.slice(0, 100)}" by ${createdBy} ends at ${at}: ${alerts} under it`;
}

function view(silence: Silence, firingCount: number, nowMs: number): SilenceView {
  const { id, matchers, startsAtMs, endsAtMs, createdBy, comment, updatedAtMs } = silence;
  return {
    id,
    matchers: matchers.map(({ name, operator, value }) => ({ name, operator, value })),
    startsAt: startsAtMs,
    endsAt: endsAtMs,
    state: stateOfSilence(silence, nowMs),
    createdBy,
    comment,
    updatedAt: updatedAtMs,
    firingCount,
  };
}

function newest(alerts: readonly FiredAlert[]): SilencedAlert[] {
  return alerts
    .toSorted((a, b) => b.firedAtMs - a.firedAtMs)
    .slice(0, SHOWN_MAX)
    .map(({ id, name, summary, output, service, firedAtMs, resolvedAtMs }) => ({
      id,
      name,
      summary,
      output,
      service: service ?? null,
      firedAt: firedAtMs,
      resolvedAt: resolvedAtMs ?? null,
    }));
}

function countPages(alerts: readonly FiredAlert[]): number {
  return alerts.filter(({ output }) => output === 'page').length;
}
