/** What an action makes of an alert, shown before the server has answered. */
import type { AlertSummary, Board } from '@nines/contract';

export interface Actor {
  readonly name: string;
  readonly nowMs: number;
}

export function acknowledged(alert: AlertSummary, { name, nowMs }: Actor): AlertSummary {
  if (alert.acknowledgedAt !== null || alert.state === 'resolved') return alert;
  return { ...alert, acknowledgedAt: nowMs, acknowledgedBy: name, nextStepAt: null };
}

export function resolved(alert: AlertSummary, { name, nowMs }: Actor): AlertSummary {
  if (alert.state === 'resolved') return alert;
  return { ...alert, state: 'resolved', resolvedAt: nowMs, resolvedBy: name, nextStepAt: null };
}

/** The board with one alert changed; one that is over needs nobody any more. */
export function changeOnBoard(
  board: Board,
  id: string,
  change: (alert: AlertSummary) => AlertSummary,
): Board {
  const needsSomeone = board.needsSomeone
    .map((alert) => (alert.id === id ? change(alert) : alert))
    .filter(({ state }) => state !== 'resolved');
  return { ...board, needsSomeone };
}
