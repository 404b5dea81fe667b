/** Reads receivers by mail, webhook and SMS: those that are no service's own. */
import { readTlsConfig, type Secret } from '../../platform/index.ts';
import type {
  EmailIntegration,
  IncidentioIntegration,
  SnsIntegration,
  TextMap,
  WebhookIntegration,
} from './integrations.ts';
import { readHostPort } from './read-global.ts';
import {
  type IntegrationSource,
  needSecret,
  readHttp,
  readOneOf,
  readSendResolved,
  usualTemplate,
} from './read-integration.ts';
import { findUrlFault, type Section } from './section.ts';

export function readWebhook(source: IntegrationSource): WebhookIntegration {
  const { section, index } = source;
  const url = needSecret(section, section.secret('url'), { key: 'url' });
  const isPlain = url.kind === 'text' && !url.text.includes('{{') && url.text !== '<secret>';
  const why = isPlain && url.text !== '' ? findUrlFault(url.text) : undefined;
  if (why !== undefined) section.fault(`${section.value.path}.url ${why}`, 'url');
  return {
    kind: 'webhook',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    url,
    maxAlerts: section.count('max_alerts'),
    timeoutMs: section.goDurationMs('timeout'),
    payload: section.find('payload')?.plain(),
  };
}

export function readEmail(source: IntegrationSource): EmailIntegration {
  const { section, index, global } = source;
  const { smtp } = global;
  const smarthost = readHostPort(section, 'smarthost') ?? smtp.smarthost;
  if (smarthost === undefined) {
    section.fault(`${section.value.path} needs smarthost, or global smtp_smarthost`);
  }
  const from = section.text('from') || smtp.from;
  if (from === '') section.fault(`${section.value.path} needs from, or global smtp_from`);
  const tls = section.find('tls_config');
  const headers = readHeaders(section);
  return {
    kind: 'email',
    index,
    sendResolved: readSendResolved(source, false),
    to: section.required('to'),
    from,
    hello: section.text('hello') || smtp.hello,
    smarthost: smarthost ?? { host: '', port: '' },
    auth: {
      username: section.text('auth_username') || smtp.username,
      password: section.secret('auth_password') ?? smtp.password,
      secret: section.secret('auth_secret') ?? smtp.secret,
      identity: section.text('auth_identity') || smtp.identity,
    },
    headers,
    html: section.text('html', usualTemplate('email.default.html')),
    text: section.text('text'),
    requireTls: section.flag('require_tls', smtp.requireTls),
    forceImplicitTls: section.find('force_implicit_tls')?.boolean() ?? smtp.forceImplicitTls,
    tls: tls === undefined ? smtp.tls : readTlsConfig(tls),
    threading: readThreading(section, headers),
  };
}

/** Names of headers by their canonical form, `Reply-To`; two that are one there are a fault. */
function readHeaders(section: Section): TextMap {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(section.textMap('headers'))) {
    const canonical = name.toLowerCase().replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());
    if (headers.has(canonical)) section.fault(`header "${canonical}" stands twice`, 'headers');
    headers.set(canonical, value);
  }
  return Object.fromEntries(headers);
}

function readThreading(section: Section, headers: TextMap): EmailIntegration['threading'] {
  const threading = section.inner('threading');
  if (threading === undefined) return undefined;
  const isEnabled = threading.flag('enabled', false);
  if (!isEnabled) {
    threading.text('thread_by_date');
    return undefined;
  }
  for (const name of ['References', 'In-Reply-To']) {
    if (!(name in headers)) continue;
    section.fault(`threading writes the header ${name} itself: leave it out`, 'headers');
  }
  if (!threading.has('thread_by_date')) {
    threading.fault(`${threading.value.path} needs thread_by_date: none or daily`);
  }
  return readOneOf<'none' | 'daily'>(threading, 'thread_by_date', {
    words: ['none', 'daily'],
    otherwise: 'none',
  });
}

export function readSns(source: IntegrationSource): SnsIntegration {
  const { section, index } = source;
  const sigv4 = section.inner('sigv4');
  const accessKey = sigv4?.text('access_key') ?? '';
  const secretKey = sigv4?.text('secret_key') ?? '';
  if ((accessKey === '') !== (secretKey === '')) {
    sigv4?.fault(`${sigv4.value.path} needs both of access_key and secret_key, or neither`);
  }
  const topicArn = section.text('topic_arn');
  const phoneNumber = section.text('phone_number');
  const targetArn = section.text('target_arn');
  const count = [topicArn, phoneNumber, targetArn].filter((text) => text !== '').length;
  // Alertmanager takes one or all three, and all three make no sense.
  if (count !== 1 && count !== 3) {
    section.fault(`${section.value.path} needs one of topic_arn, phone_number and target_arn`);
  }
  if (section.flag('use_aws_http_client', false)) {
    section
      .find('use_aws_http_client')
      ?.remark('use_aws_http_client has no effect in Nines; leave it out');
  }
  return {
    kind: 'sns',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    apiUrl: section.text('api_url'),
    sigv4: {
      region: sigv4?.text('region') ?? '',
      accessKey,
      secretKey,
      profile: sigv4?.text('profile') ?? '',
      roleArn: sigv4?.text('role_arn') ?? '',
      useFipsStsEndpoint: sigv4?.flag('use_fips_sts_endpoint', false) ?? false,
    },
    topicArn,
    phoneNumber,
    targetArn,
    subject: section.text('subject', usualTemplate('sns.default.subject')),
    message: section.text('message', usualTemplate('sns.default.message')),
    attributes: section.textMap('attributes'),
  };
}

export function readIncidentio(source: IntegrationSource): IncidentioIntegration {
  const { section, index } = source;
  const own = section.http('http_config');
  const token: Secret | undefined = section.secret('alert_source_token');
  const isAuthorized = own?.auth.kind === 'token';
  if (isAuthorized && token !== undefined) {
    section.fault(
      'alert_source_token goes without http_config.authorization',
      'alert_source_token',
    );
  }
  // As in Alertmanager: without an http_config of its own, nothing is asked for.
  if (own !== undefined && !isAuthorized && token === undefined) {
    section.fault(`${section.value.path} needs alert_source_token or http_config.authorization`);
  }
  return {
    kind: 'incidentio',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    url: needSecret(section, section.secretUrl('url'), { key: 'url' }),
    alertSourceToken: token,
    maxAlerts: section.count('max_alerts'),
    timeoutMs: section.goDurationMs('timeout'),
  };
}
