/**
 * Reads alertmanager.yml as Alertmanager 0.33 does: what it refuses is refused here, each fault
 * with its place and what to do; what it takes and Nines does not use has a remark.
 */
import {
  type Fault,
  readPath,
  readYaml,
  type Remark,
  type YamlValue,
} from '../../platform/index.ts';
import type { Integration, IntegrationKind } from './integrations.ts';
import type { AlertmanagerConfig, Receiver, Route } from './model.ts';
import {
  readDiscord,
  readMattermost,
  readMsteams,
  readMsteamsv2,
  readRocketchat,
  readTelegram,
  readWebex,
  readWechat,
} from './read-chat.ts';
import { type GlobalDefaults, readGlobal } from './read-global.ts';
import type { IntegrationSource } from './read-integration.ts';
import { readEmail, readIncidentio, readSns, readWebhook } from './read-mail.ts';
import {
  readJira,
  readOpsgenie,
  readPagerduty,
  readPushover,
  readVictorops,
} from './read-pagers.ts';
import { readInhibitRules, readRoutes } from './read-route.ts';
import { readSlack } from './read-slack.ts';
import { readTimeIntervals } from './read-time-intervals.ts';
import { openAbsent, openSection, type Section } from './section.ts';
import type { TimeInterval } from './time-interval.ts';

export interface ReadAlertmanagerOptions {
  readonly text: string;
  /** Its path: what other paths are relative to. */
  readonly file: string;
}

/** What was read; undefined in place of a configuration that must not be used. */
export interface ReadAlertmanager {
  readonly config: AlertmanagerConfig | undefined;
  readonly faults: readonly Fault[];
  /** What was read and has no effect, or maybe another than its author thinks. */
  readonly remarks: readonly Remark[];
  /** The document, for reports on each of its fields. */
  readonly root: YamlValue;
}

/** Reads a configuration; all of its faults are told at once. */
export function readAlertmanagerConfig(options: ReadAlertmanagerOptions): ReadAlertmanager {
  const { root, faults, remarks } = readYaml(options);
  // Where the syntax is broken, there is no sense in what is missing.
  const config = faults.length > 0 ? undefined : readRoot(root);
  return { config: faults.length > 0 ? undefined : config, faults, remarks, root };
}

function readRoot(root: YamlValue): AlertmanagerConfig | undefined {
  const section = openSection(root);
  const global = readGlobal(section.inner('global') ?? openAbsent(root));
  const receivers = readReceivers(section, global);
  const timeIntervals = new Map<string, readonly TimeInterval[]>();
  readTimeIntervals(section.find('mute_time_intervals'), timeIntervals);
  readTimeIntervals(section.find('time_intervals'), timeIntervals);
  const routeField = section.find('route');
  if (routeField === undefined) section.fault('there is no route: want one with a receiver');
  const names = { receivers: new Set(receivers.map(({ name }) => name)), timeIntervals };
  const route: Route | undefined = routeField && readRoutes(routeField, names);
  const inhibitRules = readInhibitRules(section.find('inhibit_rules'));
  const templates = readTemplates(section);
  readIdleParts(section);
  section.end();
  if (route === undefined) return undefined;
  const { resolveTimeoutMs, http } = global;
  return {
    global: { resolveTimeoutMs, http },
    route,
    receivers,
    inhibitRules,
    timeIntervals,
    templates,
  };
}

type ReadIntegration = (source: IntegrationSource) => Integration;

/** In the order in which Alertmanager builds the integrations of a receiver. */
const READERS: readonly (readonly [IntegrationKind, ReadIntegration])[] = [
  ['webhook', readWebhook],
  ['email', readEmail],
  ['pagerduty', readPagerduty],
  ['opsgenie', readOpsgenie],
  ['wechat', readWechat],
  ['slack', readSlack],
  ['victorops', readVictorops],
  ['pushover', readPushover],
  ['sns', readSns],
  ['telegram', readTelegram],
  ['discord', readDiscord],
  ['webex', readWebex],
  ['msteams', readMsteams],
  ['msteamsv2', readMsteamsv2],
  ['jira', readJira],
  ['incidentio', readIncidentio],
  ['rocketchat', readRocketchat],
  ['mattermost', readMattermost],
];

function readReceivers(root: Section, global: GlobalDefaults): readonly Receiver[] {
  const lines = new Map<string, number>();
  return root.sections('receivers').map((section) => {
    const name = section.required('name');
    const first = lines.get(name);
    if (first !== undefined && name !== '') {
      section.fault(`receiver "${name}" stands twice, first in line ${first}`, 'name');
    }
    lines.set(name, first ?? section.value.place.line);
    const labels = section.textMap('labels');
    if (labels.name !== undefined && labels.name !== name) {
      section.fault(`label "name" must be the receiver's name or be left out`, 'labels');
    }
    const integrations = READERS.flatMap(([kind, read]) => {
      const sources = section.sections(`${kind}_configs`);
      return sources.map((one, index) => read({ section: one, index, global }));
    });
    return { name, labels: { ...labels, name }, integrations };
  });
}

/** Paths with wildcards; a broken wildcard would never match a file. */
function readTemplates(section: Section): readonly string[] {
  return (section.find('templates')?.list() ?? []).map((item) => {
    const path = readPath(item);
    if (!WILDCARD.test(item.string())) {
      item.fault(`${item.path}: "${path}" has a [ without its ]; write \\[ for the character`);
    }
    return path;
  });
}

/** A pattern of Go's filepath.Match, in which every class of characters ends and is not empty. */
const WILDCARD = /^(?:[^\\[]|\\.|\[\^?(?:\\.|[^\\\]])+\])*$/s;

/** Parts that only Alertmanager's own process is about. */
function readIdleParts(section: Section): void {
  const tracing = section.find('tracing');
  const recorder = section.find('event_recorder');
  tracing?.remark('tracing has no effect in Nines, which sends no traces; leave it out');
  recorder?.remark('event_recorder has no effect in Nines: the history of alerts is kept anyway');
}
