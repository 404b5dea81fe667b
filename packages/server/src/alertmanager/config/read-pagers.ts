/** Reads receivers of services that page people, or keep tickets for them. */
import type {
  JiraField,
  JiraIntegration,
  OpsgenieIntegration,
  PagerdutyIntegration,
  PushoverIntegration,
  VictoropsIntegration,
} from './integrations.ts';
import {
  type IntegrationSource,
  needSecret,
  readHttp,
  readOneOf,
  readSendResolved,
  usualTemplate,
  withSlash,
} from './read-integration.ts';
import type { Section } from './section.ts';

/** What details have where the configuration does not say them. */
const PAGERDUTY_DETAILS = {
  firing: '{{ .Alerts.Firing | toJson }}',
  resolved: '{{ .Alerts.Resolved | toJson }}',
  num_firing: '{{ .Alerts.Firing | len }}',
  num_resolved: '{{ .Alerts.Resolved | len }}',
} as const;

export function readPagerduty(source: IntegrationSource): PagerdutyIntegration {
  const { section, index, global } = source;
  const routingKey = section.secret('routing_key');
  const serviceKey = section.secret('service_key');
  if (routingKey === undefined && serviceKey === undefined) {
    section.fault(`${section.value.path} needs routing_key or service_key`);
  }
  const client = section.text('client', usualTemplate('pagerduty.default.client'));
  return {
    kind: 'pagerduty',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    url: section.url('url') ?? global.pagerdutyUrl,
    routingKey,
    serviceKey,
    client,
    clientUrl: section.text('client_url', usualTemplate('pagerduty.default.clientURL')),
    description: section.text('description', usualTemplate('pagerduty.default.description')),
    details: { ...PAGERDUTY_DETAILS, ...section.plainMap('details') },
    images: section.sections('images').map((image) => ({
      src: image.text('src'),
      alt: image.text('alt'),
      href: image.text('href'),
    })),
    links: section.sections('links').map((link) => ({
      href: link.text('href'),
      text: link.text('text'),
    })),
    source: section.text('source') || client,
    severity: section.text('severity'),
    class: section.text('class'),
    component: section.text('component'),
    group: section.text('group'),
    timeoutMs: section.goDurationMs('timeout'),
  };
}

export function readOpsgenie(source: IntegrationSource): OpsgenieIntegration {
  const { section, index, global } = source;
  const apiKey = section.secret('api_key') ?? global.opsgenie.key;
  return {
    kind: 'opsgenie',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    apiUrl: withSlash(section.url('api_url') ?? global.opsgenie.apiUrl),
    apiKey: needSecret(section, apiKey, { key: 'api_key', globalKey: 'opsgenie_api_key' }),
    message: section.text('message', usualTemplate('opsgenie.default.message')),
    description: section.text('description', usualTemplate('opsgenie.default.description')),
    source: section.text('source', usualTemplate('opsgenie.default.source')),
    details: section.textMap('details'),
    entity: section.text('entity'),
    responders: section.sections('responders').map(readResponder),
    actions: section.text('actions'),
    tags: section.text('tags'),
    note: section.text('note'),
    priority: section.text('priority'),
    updateAlerts: section.flag('update_alerts', false),
  };
}

function readResponder(section: Section): OpsgenieIntegration['responders'][number] {
  const [id, name, username] = ['id', 'name', 'username'].map((key) => section.text(key));
  if (id === '' && name === '' && username === '') {
    section.fault(`${section.value.path} needs one of id, name and username`);
  }
  const text = section.text('type');
  const type = text.includes('{{') ? text : text.toLowerCase();
  if (!text.includes('{{') && !/^(?:teams?|user|escalation|schedule)$/.test(type)) {
    const known = 'team, teams, user, escalation, schedule';
    section.fault(`${section.value.path}.type must be one of ${known}, got "${text}"`, 'type');
  }
  return { id, name, username, type };
}

/** What VictorOps' own fields are called. */
const VICTOROPS_RESERVED = [
  'routing_key',
  'message_type',
  'state_message',
  'entity_display_name',
  'monitoring_tool',
  'entity_id',
  'entity_state',
];

export function readVictorops(source: IntegrationSource): VictoropsIntegration {
  const { section, index, global } = source;
  const apiKey = section.secret('api_key') ?? global.victorops.key;
  const customFields = section.textMap('custom_fields');
  for (const name of VICTOROPS_RESERVED.filter((one) => one in customFields)) {
    section.fault(
      `custom_fields must not have ${name}: it has a field of its own`,
      'custom_fields',
    );
  }
  const usual = (name: string): string =>
    section.text(name, usualTemplate(`victorops.default.${name}`));
  return {
    kind: 'victorops',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    apiUrl: withSlash(section.url('api_url') ?? global.victorops.apiUrl),
    apiKey: needSecret(section, apiKey, { key: 'api_key', globalKey: 'victorops_api_key' }),
    routingKey: section.required('routing_key'),
    messageType: section.text('message_type', 'CRITICAL'),
    stateMessage: usual('state_message'),
    entityDisplayName: usual('entity_display_name'),
    monitoringTool: usual('monitoring_tool'),
    customFields,
  };
}

export function readPushover(source: IntegrationSource): PushoverIntegration {
  const { section, index } = source;
  const usual = (name: string): string =>
    section.text(name, usualTemplate(`pushover.default.${name}`));
  const html = section.flag('html', false);
  const monospace = section.flag('monospace', false);
  if (html && monospace) section.fault('at most one of html and monospace may be set', 'monospace');
  return {
    kind: 'pushover',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    userKey: needSecret(section, section.secret('user_key'), { key: 'user_key' }),
    token: needSecret(section, section.secret('token'), { key: 'token' }),
    title: usual('title'),
    message: usual('message'),
    url: usual('url'),
    urlTitle: section.text('url_title'),
    device: section.text('device'),
    sound: section.text('sound'),
    // Emergency while it fires, else normal.
    priority: section.text('priority', '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}'),
    retryMs: section.goDurationMs('retry', 60_000),
    expireMs: section.goDurationMs('expire', 3_600_000),
    ttlMs: section.goDurationMs('ttl'),
    html,
    monospace,
  };
}

export function readJira(source: IntegrationSource): JiraIntegration {
  const { section, index, global } = source;
  const apiUrl = section.url('api_url') ?? global.jiraUrl;
  if (apiUrl === undefined) {
    section.fault(`${section.value.path} needs api_url, or global jira_api_url`);
  }
  const words: readonly JiraIntegration['apiType'][] = ['auto', 'cloud', 'datacenter'];
  return {
    kind: 'jira',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    apiUrl: apiUrl ?? '',
    apiType: readOneOf(section, 'api_type', { words, otherwise: 'auto' }),
    project: section.required('project'),
    summary: readJiraField(section, 'summary'),
    description: readJiraField(section, 'description'),
    labels: section.texts('labels'),
    priority: section.text('priority', usualTemplate('jira.default.priority')),
    issueType: section.required('issue_type'),
    reopenTransition: section.text('reopen_transition'),
    resolveTransition: section.text('resolve_transition'),
    wontFixResolution: section.text('wont_fix_resolution'),
    reopenDurationMs: section.durationMs('reopen_duration') ?? 0,
    fields: section.plainMap('fields'),
  };
}

/** A template by itself, or one with a word on whether it is written again. */
function readJiraField(section: Section, key: string): JiraField {
  const usual = usualTemplate(`jira.default.${key}`);
  if (section.find(key)?.kind !== 'map') {
    return { template: section.text(key, usual), enableUpdate: true };
  }
  const field = section.inner(key);
  return {
    template: field?.text('template', usual) ?? usual,
    enableUpdate: field?.flag('enable_update', true) ?? true,
  };
}
