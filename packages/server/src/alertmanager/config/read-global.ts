/** Reads `global`: what holds where a receiver says nothing itself. */
import {
  DEFAULT_HTTP_CLIENT,
  DEFAULT_TLS,
  type HttpClientConfig,
  readTlsConfig,
  type Secret,
  type TlsConfig,
} from '../../platform/index.ts';
import type { Section } from './section.ts';

export interface HostPort {
  readonly host: string;
  readonly port: string;
}

/** What receivers inherit; a part that is undefined has no default. */
export interface GlobalDefaults {
  readonly resolveTimeoutMs: number;
  readonly http: HttpClientConfig;
  readonly smtp: {
    readonly from: string;
    readonly hello: string;
    readonly smarthost: HostPort | undefined;
    readonly username: string;
    readonly password: Secret | undefined;
    readonly secret: Secret | undefined;
    readonly identity: string;
    readonly requireTls: boolean;
    readonly forceImplicitTls: boolean | undefined;
    readonly tls: TlsConfig;
  };
  readonly slack: {
    readonly apiUrl: Secret | undefined;
    readonly appToken: Secret | undefined;
    readonly appUrl: string;
  };
  readonly pagerdutyUrl: string;
  readonly opsgenie: ServiceDefaults;
  readonly wechat: ServiceDefaults & { readonly corpId: string };
  readonly victorops: ServiceDefaults;
  readonly telegram: ServiceDefaults;
  readonly webexUrl: string;
  readonly jiraUrl: string | undefined;
  readonly rocketchat: {
    readonly apiUrl: string;
    readonly token: Secret | undefined;
    readonly tokenId: Secret | undefined;
  };
  readonly mattermostUrl: Secret | undefined;
}

interface ServiceDefaults {
  readonly apiUrl: string;
  /** A key, a token or a secret, as the service calls it. */
  readonly key: Secret | undefined;
}

/** Alertmanager's default. */
const RESOLVE_TIMEOUT_MS = 300_000;

export function readGlobal(section: Section): GlobalDefaults {
  return {
    resolveTimeoutMs: section.durationMs('resolve_timeout') ?? RESOLVE_TIMEOUT_MS,
    http: section.http('http_config') ?? DEFAULT_HTTP_CLIENT,
    smtp: readSmtp(section),
    slack: readSlackDefaults(section),
    pagerdutyUrl: section.url('pagerduty_url') ?? 'https://events.pagerduty.com/v2/enqueue',
    opsgenie: {
      apiUrl: section.url('opsgenie_api_url') ?? 'https://api.opsgenie.com/',
      key: section.secret('opsgenie_api_key'),
    },
    wechat: {
      apiUrl: section.url('wechat_api_url') ?? 'https://qyapi.weixin.qq.com/cgi-bin/',
      key: section.secret('wechat_api_secret'),
      corpId: section.text('wechat_api_corp_id'),
    },
    victorops: {
      apiUrl: section.url('victorops_api_url') ?? VICTOROPS_URL,
      key: section.secret('victorops_api_key'),
    },
    telegram: {
      apiUrl: section.url('telegram_api_url') ?? 'https://api.telegram.org',
      key: section.secret('telegram_bot_token'),
    },
    webexUrl: section.url('webex_api_url') ?? 'https://webexapis.com/v1/messages',
    jiraUrl: section.url('jira_api_url'),
    rocketchat: {
      apiUrl: section.url('rocketchat_api_url') ?? 'https://open.rocket.chat/',
      token: section.secret('rocketchat_token'),
      tokenId: section.secret('rocketchat_token_id'),
    },
    mattermostUrl: section.secretUrl('mattermost_webhook_url'),
  };
}

const VICTOROPS_URL = 'https://alert.victorops.com/integrations/generic/20131114/alert/';

function readSmtp(section: Section): GlobalDefaults['smtp'] {
  const tls = section.find('smtp_tls_config');
  return {
    from: section.text('smtp_from'),
    hello: section.text('smtp_hello', 'localhost'),
    smarthost: readHostPort(section, 'smtp_smarthost'),
    username: section.text('smtp_auth_username'),
    password: section.secret('smtp_auth_password'),
    secret: section.secret('smtp_auth_secret'),
    identity: section.text('smtp_auth_identity'),
    requireTls: section.flag('smtp_require_tls', true),
    forceImplicitTls: section.find('smtp_force_implicit_tls')?.boolean(),
    tls: tls === undefined ? DEFAULT_TLS : readTlsConfig(tls),
  };
}

function readSlackDefaults(section: Section): GlobalDefaults['slack'] {
  const apiUrl = section.secretUrl('slack_api_url');
  const appToken = section.secret('slack_app_token');
  const appUrl = section.url('slack_app_url') ?? 'https://slack.com/api/chat.postMessage';
  // Who gave receivers tokens of their own before there were app tokens has the method's address.
  const isMethod = apiUrl?.kind === 'text' && apiUrl.text === appUrl;
  if (apiUrl !== undefined && appToken !== undefined && !isMethod) {
    section.fault('at most one of slack_app_token and slack_api_url may be set', 'slack_app_token');
  }
  return { apiUrl, appToken, appUrl };
}

/** Reads `host:port`; of an IPv6 address the host stands in brackets. */
export function readHostPort(section: Section, key: string): HostPort | undefined {
  const text = section.text(key);
  if (text === '') return undefined;
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]+)$/.exec(text);
  if (match !== null) return { host: match[1] ?? match[2], port: match[3] };
  section.fault(`${section.value.path}.${key}: want host:port, got "${text}"`, key);
  return undefined;
}
