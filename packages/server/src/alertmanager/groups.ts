/** Which groups an alert belongs to. */
import { filterLabels, formatLabels, type Labels, labelsKey } from '../series/index.ts';
import type { Alert } from './model.ts';
import type { PlannedRoute } from './plan.ts';
import type { DispatchState, Group } from './state.ts';

/** Puts an alert into its groups, and makes those that are missing. */
export function joinGroups(state: DispatchState, alert: Alert, nowMs: number): void {
  for (const route of state.plan.routesOf(alert.labels)) {
    const labels = groupLabels(route, alert.labels);
    const id = groupId(route, labels);
    const known = state.groups.get(id);
    if (known !== undefined) {
      known.alerts.set(alert.fingerprint, alert);
      continue;
    }
    const group: Group = {
      id,
      key: `${route.key}:${formatLabels(labels)}`,
      route,
      labels,
      alerts: new Map([[alert.fingerprint, alert]]),
      // What began longer ago than the wait has been waited for, by another server or before.
      dueAtMs: alert.startsAtMs + route.groupWaitMs < nowMs ? nowMs : nowMs + route.groupWaitMs,
      hasYielded: false,
      mutedBy: [],
      flight: undefined,
    };
    state.groups.set(id, group);
    state.turns.add(group.dueAtMs, group);
  }
}

/** Whether any group still holds this very telling of an alert. */
export function isHeld(state: DispatchState, alert: Alert): boolean {
  return groupsOf(state, alert.labels).some(({ alerts }) => alerts.has(alert.fingerprint));
}

/** The groups that there are for labels. */
export function groupsOf(state: DispatchState, labels: Labels): readonly Group[] {
  return state.plan
    .routesOf(labels)
    .map((route) => state.groups.get(groupId(route, groupLabels(route, labels))))
    .filter((group) => group !== undefined);
}

/** Builds all groups anew after the routes have changed; a flight stays with its group. */
export function regroup(state: DispatchState, nowMs: number): void {
  const before = new Map<string, Group>(state.groups);
  state.groups.clear();
  for (const alert of state.alerts.values()) {
    if (!state.settled.has(alert.fingerprint)) joinGroups(state, alert, nowMs);
  }
  for (const group of state.groups.values()) {
    const known = before.get(group.id);
    if (known?.route.receiver === group.route.receiver) group.flight = known.flight;
  }
  state.turns.clear();
  for (const group of state.groups.values()) {
    if (group.flight === undefined) state.turns.add(group.dueAtMs, group);
  }
}

function groupLabels({ groupBy }: PlannedRoute, labels: Labels): Labels {
  return groupBy === 'all' ? labels : filterLabels(labels, (name) => groupBy.includes(name));
}

function groupId(route: PlannedRoute, labels: Labels): string {
  return `${route.id}\uD800${labelsKey(labels)}`;
}
