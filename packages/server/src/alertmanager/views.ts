/** What API v2 answers: alerts, groups, silences, receivers (api/v2/openapi.yaml of Alertmanager). */
import { labelsRecord, type Matcher } from '../series/index.ts';
import { compareAlerts } from './alert.ts';
import { listActiveSilences } from './dispatch.ts';
import { type Alert, isResolvedAt, type Silence, type SilenceState } from './model.ts';
import { compareSilences, findSilences, stateOfSilence } from './silence.ts';
import type { DispatchState } from './state.ts';

type TextMap = Readonly<Record<string, string>>;

/** Which alerts are asked for. */
export interface AlertQuestion {
  readonly matchers: readonly Matcher[];
  /** Undefined: any. */
  readonly matchesReceiver: ((name: string) => boolean) | undefined;
  readonly receiverMatchers: readonly Matcher[];
  readonly hasActive: boolean;
  readonly hasSilenced: boolean;
  readonly hasInhibited: boolean;
}

export interface AlertAnswer {
  readonly annotations: TextMap;
  readonly endsAt: string;
  readonly fingerprint: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly startsAt: string;
  readonly status: {
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
    readonly silencedBy: readonly string[];
    readonly state: 'active' | 'suppressed';
  };
  readonly updatedAt: string;
  readonly generatorURL?: string;
  readonly labels: TextMap;
}

export interface GroupAnswer {
  readonly alerts: readonly AlertAnswer[];
  readonly labels: TextMap;
  readonly receiver: { readonly name: string };
  readonly routeLabels: TextMap;
}

export interface SilenceAnswer {
  readonly id: string;
  readonly status: { readonly state: SilenceState };
  readonly updatedAt: string;
  readonly annotations: TextMap;
  readonly comment: string;
  readonly createdBy: string;
  readonly endsAt: string;
  readonly matchers: readonly {
    readonly isEqual: boolean;
    readonly isRegex: boolean;
    readonly name: string;
    readonly value: string;
  }[];
  readonly startsAt: string;
}

/** Alerts that are not over, by fingerprint. */
export function listAlerts(
  state: DispatchState,
  question: AlertQuestion,
  nowMs: number,
): readonly AlertAnswer[] {
  const judge = createJudge(state, question, nowMs);
  const answers: AlertAnswer[] = [];
  for (const alert of state.alerts.values()) {
    const receivers = state.plan.routesOf(alert.labels).map(({ receiver }) => receiver);
    if (!receivers.some((name) => judge.takesReceiver(name))) continue;
    const status = judge.statusOf(alert);
    if (status !== undefined) answers.push(formatAlert(alert, { status, receivers, mutedBy: [] }));
  }
  return answers.sort((a, b) => compareText(a.fingerprint, b.fingerprint));
}

/** Groups with the alerts in them that are not over. */
export function listGroups(
  state: DispatchState,
  question: AlertQuestion & { readonly hasMuted: boolean },
  nowMs: number,
): readonly GroupAnswer[] {
  const judge = createJudge(state, question, nowMs);
  const groups = [...state.groups.values()]
    .filter(({ route, mutedBy }) => {
      return judge.takesReceiver(route.receiver) && (question.hasMuted || mutedBy.length === 0);
    })
    .sort((a, b) => compareAlerts(a, b) || compareText(a.route.receiver, b.route.receiver));
  return groups.flatMap(({ alerts, labels, route, mutedBy }) => {
    const shown = [...alerts.values()].sort(compareAlerts).flatMap((alert) => {
      const status = judge.statusOf(alert);
      if (status === undefined) return [];
      const receivers = state.plan
        .routesOf(alert.labels)
        .map(({ receiver }) => receiver)
        .sort();
      return [formatAlert(alert, { status, receivers, mutedBy })];
    });
    if (shown.length === 0) return [];
    const receiver = { name: route.receiver };
    return [{ alerts: shown, labels: labelsRecord(labels), receiver, routeLabels: {} }];
  });
}

/** Silences in some states whose matchers have all of those asked for among them. */
export function listSilences(
  state: { readonly silences: ReadonlyMap<string, Silence> },
  question: {
    readonly matchers: readonly Matcher[];
    readonly states: readonly SilenceState[];
  },
  nowMs: number,
): readonly SilenceAnswer[] {
  return [...state.silences.values()]
    .filter(
      (silence) =>
        question.states.includes(stateOfSilence(silence, nowMs)) &&
        question.matchers.every((asked) => silence.matchers.some((own) => isSame(own, asked))),
    )
    .sort((a, b) => compareSilences(a, b, nowMs))
    .map((silence) => formatSilence(silence, nowMs));
}

export function formatSilence(silence: Silence, nowMs: number): SilenceAnswer {
  return {
    id: silence.id,
    status: { state: stateOfSilence(silence, nowMs) },
    updatedAt: formatTime(silence.updatedAtMs),
    annotations: silence.annotations,
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: formatTime(silence.endsAtMs),
    matchers: silence.matchers.map(({ name, operator, value }) => ({
      isEqual: operator === '=' || operator === '=~',
      isRegex: operator === '=~' || operator === '!~',
      name,
      value,
    })),
    startsAt: formatTime(silence.startsAtMs),
  };
}

/** Receivers whose labels pass. */
export function listReceivers(
  state: DispatchState,
  matchers: readonly Matcher[],
): readonly { readonly name: string; readonly labels: TextMap }[] {
  return state.plan.receivers
    .filter(({ labels }) => passes(labels, matchers))
    .map(({ name, labels }) => ({ name, labels }));
}

interface Status {
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
}

/** What a question lets through, at one instant. */
function createJudge(
  state: DispatchState,
  question: AlertQuestion,
  nowMs: number,
): {
  takesReceiver(name: string): boolean;
  /** Undefined: the alert is not asked for. */
  statusOf(alert: Alert): Status | undefined;
} {
  const silences = listActiveSilences(state, nowMs);
  const { matchesReceiver, receiverMatchers } = question;
  return {
    takesReceiver: (name) =>
      (matchesReceiver?.(name) ?? true) &&
      passes(state.plan.receiverLabels(name) ?? {}, receiverMatchers),
    statusOf(alert) {
      if (isResolvedAt(alert, nowMs)) return undefined;
      if (!passes(labelsRecord(alert.labels), question.matchers)) return undefined;
      const silencedBy = findSilences(silences, alert.labels);
      const source = state.inhibitor.findSource(alert.labels, nowMs);
      const inhibitedBy = source === undefined ? [] : [source];
      const isActive = silencedBy.length === 0 && inhibitedBy.length === 0;
      const isWanted =
        (question.hasActive || !isActive) &&
        (question.hasSilenced || silencedBy.length === 0) &&
        (question.hasInhibited || inhibitedBy.length === 0);
      return isWanted ? { silencedBy, inhibitedBy } : undefined;
    },
  };
}

function formatAlert(
  alert: Alert,
  about: {
    readonly status: Status;
    readonly receivers: readonly string[];
    readonly mutedBy: readonly string[];
  },
): AlertAnswer {
  const { silencedBy, inhibitedBy } = about.status;
  const isSuppressed = silencedBy.length + inhibitedBy.length + about.mutedBy.length > 0;
  return {
    annotations: labelsRecord(alert.annotations),
    endsAt: formatTime(alert.endsAtMs),
    fingerprint: alert.fingerprint,
    receivers: about.receivers.map((name) => ({ name })),
    startsAt: formatTime(alert.startsAtMs),
    status: {
      inhibitedBy,
      mutedBy: about.mutedBy,
      silencedBy,
      state: isSuppressed ? 'suppressed' : 'active',
    },
    updatedAt: formatTime(alert.updatedAtMs),
    ...(alert.generatorUrl !== '' && { generatorURL: alert.generatorUrl }),
    labels: labelsRecord(alert.labels),
  };
}

/** As Alertmanager's filters: against the empty value, a label is there or it is not. */
function passes(labels: TextMap, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => {
    const isThere = Object.hasOwn(labels, matcher.name);
    const isNegative = matcher.operator === '!=' || matcher.operator === '!~';
    if (matcher.value === '' && isThere === isNegative) return true;
    return matcher.matches(isThere ? labels[matcher.name] : '');
  });
}

function isSame(a: Matcher, b: Matcher): boolean {
  return a.name === b.name && a.operator === b.operator && a.value === b.value;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a clock of 1970 to 9999 can say; JSON has no word for more. */
function formatTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
