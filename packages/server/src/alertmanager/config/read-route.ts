/** Reads the routing tree and the rules of inhibition. */
import { errorMessage, type YamlValue } from '../../platform/index.ts';
import type { Matcher, MatchOperator } from '../../series/index.ts';
import {
  createAlertMatcher,
  formatAlertMatchers,
  isClassicLabelName,
  parseMatchers,
  sortMatchers,
} from './matchers.ts';
import type { InhibitRule, Route } from './model.ts';
import { openSection, type Section } from './section.ts';
import type { TimeInterval } from './time-interval.ts';

/** What routes name. */
export interface RouteNames {
  readonly receivers: ReadonlySet<string>;
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
}

type Inherited = Pick<
  Route,
  | 'receiver'
  | 'groupBy'
  | 'groupByAll'
  | 'groupWaitMs'
  | 'groupIntervalMs'
  | 'repeatIntervalMs'
  | 'id'
  | 'key'
>;

/** Alertmanager's defaults. */
const ROOT: Inherited = {
  id: '',
  key: '',
  receiver: '',
  groupBy: [],
  groupByAll: false,
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 14_400_000,
};

/** Reads the tree from its root. */
export function readRoutes(value: YamlValue, names: RouteNames): Route {
  const section = openSection(value);
  if (section.text('receiver') === '') {
    section.fault('the root route must name a receiver: what no other route takes goes there');
  }
  for (const key of ['match', 'match_re', 'matchers']) {
    const isSet = section.find(key)?.kind === 'map' || (section.find(key)?.list() ?? []).length > 0;
    if (isSet)
      section.fault('the root route must not have any matchers: it is for all alerts', key);
  }
  for (const key of ['mute_time_intervals', 'active_time_intervals']) {
    if (section.texts(key).length > 0) section.fault(`the root route must not have ${key}`, key);
  }
  const route = readRoute(section, ROOT, { index: 0, names });
  if (route.continue) section.fault('the root route must not say continue', 'continue');
  return route;
}

interface RouteContext {
  /** Among the routes of its parent. */
  readonly index: number;
  readonly names: RouteNames;
}

function readRoute(section: Section, parent: Inherited, { index, names }: RouteContext): Route {
  const matchers = sortMatchers(readMatchers(section, ''));
  const text = formatAlertMatchers(matchers);
  const isRoot = parent === ROOT;
  const own: Inherited = {
    id: isRoot ? text : `${parent.id}/${text}/${index}`,
    key: isRoot ? text : `${parent.key}/${text}`,
    receiver: readReceiver(section, names) || parent.receiver,
    ...readGroupBy(section, parent),
    groupWaitMs: section.durationMs('group_wait') ?? parent.groupWaitMs,
    groupIntervalMs: readInterval(section, 'group_interval') ?? parent.groupIntervalMs,
    repeatIntervalMs: readInterval(section, 'repeat_interval') ?? parent.repeatIntervalMs,
  };
  const route: Route = {
    ...own,
    matchers,
    continue: section.flag('continue', false),
    muteTimeIntervals: readIntervalNames(section, 'mute_time_intervals', names),
    activeTimeIntervals: readIntervalNames(section, 'active_time_intervals', names),
    place: section.value.place,
    routes: (section.find('routes')?.list() ?? []).map((value, i) =>
      readRoute(openSection(value), own, { index: i, names }),
    ),
  };
  section.end();
  return route;
}

const ADD_OR_CORRECT = 'correct the name, or add it to';

function readReceiver(section: Section, names: RouteNames): string {
  const name = section.text('receiver');
  if (name !== '' && !names.receivers.has(name)) {
    section.fault(
      `undefined receiver "${name}" used in route: ${ADD_OR_CORRECT} receivers`,
      'receiver',
    );
  }
  return name;
}

function readIntervalNames(section: Section, key: string, names: RouteNames): readonly string[] {
  const found = section.texts(key);
  for (const name of found) {
    if (names.timeIntervals.has(name)) continue;
    section.fault(
      `undefined time interval "${name}" used in route: ${ADD_OR_CORRECT} time_intervals`,
      key,
    );
  }
  return found;
}

function readInterval(section: Section, key: string): number | undefined {
  const intervalMs = section.durationMs(key);
  if (intervalMs === 0) section.fault(`${key} cannot be zero`, key);
  return intervalMs;
}

function readGroupBy(section: Section, parent: Inherited): Pick<Route, 'groupBy' | 'groupByAll'> {
  const field = section.find('group_by');
  if (field === undefined) return { groupBy: parent.groupBy, groupByAll: parent.groupByAll };
  const items = field.list().map((item) => item.string());
  const labels = items.filter((name) => name !== '...');
  const isAll = labels.length < items.length;
  if (isAll && labels.length > 0) {
    field.fault(`${field.path}: '...' means all labels and goes without others`);
  }
  if (labels.includes('')) field.fault(`${field.path} has an empty label name`);
  const unique = new Set(labels);
  if (unique.size < labels.length) field.fault(`${field.path} has a label that stands twice`);
  return { groupBy: isAll ? parent.groupBy : [...unique].sort(), groupByAll: isAll };
}

/** What `match`, `match_re` and `matchers` say, with a prefix to their names. */
function readMatchers(section: Section, prefix: string): readonly Matcher[] {
  return [
    ...readMatchMap(section, `${prefix}match`, '='),
    ...readMatchMap(section, `${prefix}match_re`, '=~'),
    ...(section.find(`${prefix}matchers`)?.list() ?? []).flatMap(readMatcherText),
  ];
}

function readMatcherText(item: YamlValue): readonly Matcher[] {
  try {
    return parseMatchers(item.string());
  } catch (error) {
    item.fault(`${item.path}: ${errorMessage(error)}`);
    return [];
  }
}

function readMatchMap(section: Section, key: string, operator: MatchOperator): readonly Matcher[] {
  return (section.find(key)?.entries() ?? []).flatMap((entry) => {
    const name = entry.key.string();
    if (!isClassicLabelName(name)) {
      entry.key.fault(`"${name}" is not a valid label name in ${key}; use matchers`);
    }
    if (entry.value.kind === 'empty' && operator === '=~') {
      entry.key.fault(`invalid regexp value for "${name}": it is empty`);
      return [];
    }
    try {
      const text = entry.value.kind === 'empty' ? '' : entry.value.string();
      const written = createAlertMatcher({ name, operator, value: text });
      if (operator === '=') return [written];
      // The names of routes have these expressions as Alertmanager anchors them.
      return [createAlertMatcher({ name, operator, value: `^(?:${text})$` })];
    } catch (error) {
      entry.value.fault(`${entry.value.path}: ${errorMessage(error)}`);
      return [];
    }
  });
}

/** Reads the rules by which alerts mute others. */
export function readInhibitRules(list: YamlValue | undefined): readonly InhibitRule[] {
  return (list?.list() ?? []).map((item) => {
    const section = openSection(item);
    const equal = section.texts('equal');
    if (equal.includes('')) section.fault('equal has an empty label name', 'equal');
    const rule: InhibitRule = {
      name: section.text('name'),
      sourceMatchers: readMatchers(section, 'source_'),
      targetMatchers: readMatchers(section, 'target_'),
      equal,
    };
    section.end();
    return rule;
  });
}
