/** Pages to the person in front of this browser that nobody has acted on yet. */
import type { AlertSummary, BrowserPage } from '@nines/contract';

/** More than this at once is a flood: the board shows them all. */
const ALARM_COUNT_MAX = 10;

/** Adds a page in front. A page that comes again, after a reconnect, stays one. */
export function raiseAlarm(
  alarms: readonly BrowserPage[],
  page: BrowserPage,
): readonly BrowserPage[] {
  const others = alarms.filter(({ alertId }) => alertId !== page.alertId);
  return [page, ...others].slice(0, ALARM_COUNT_MAX);
}

export function dismissAlarm(
  alarms: readonly BrowserPage[],
  alertId: string,
): readonly BrowserPage[] {
  return alarms.filter((alarm) => alarm.alertId !== alertId);
}

/**
 * Drops alarms whose alert someone has taken or that is over. An alert that the answer does not
 * know yet, because it is older than the page, keeps its alarm.
 */
export function settleAlarms(
  alarms: readonly BrowserPage[],
  answer: { readonly now: number; readonly needsSomeone: readonly AlertSummary[] },
): readonly BrowserPage[] {
  const open = new Map(answer.needsSomeone.map((alert) => [alert.id, alert]));
  const left = alarms.filter((alarm) => {
    const alert = open.get(alarm.alertId);
    return alert === undefined ? alarm.firedAt >= answer.now : alert.acknowledgedAt === null;
  });
  return left.length === alarms.length ? alarms : left;
}
