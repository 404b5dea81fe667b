/** What all messages say of the alerts of a notification. */
import { type Labels, labelPairs, labelValue } from '../series/index.ts';
import type { NotifiedAlert } from './model.ts';

/** Whether one of them still fires. */
export function isFiring(alerts: readonly NotifiedAlert[]): boolean {
  return alerts.some(({ isResolved }) => !isResolved);
}

/** The pairs that all sets have alike. */
export function commonPairs(sets: readonly Labels[]): Readonly<Record<string, string>> {
  const [first, ...others] = sets;
  if (first === undefined) return {};
  return Object.fromEntries(
    [...labelPairs(first)].filter(([name, value]) =>
      others.every((set) => labelValue(set, name) === value),
    ),
  );
}

/** As Alertmanager tells a receiver's name: its links take it for a regular expression. */
export function quoteReceiver(name: string): string {
  return name.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
