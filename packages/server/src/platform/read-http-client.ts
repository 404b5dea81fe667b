/** Reads how to talk to targets: credentials, TLS, redirects, headers. */
import {
  DEFAULT_HTTP_CLIENT,
  type HttpAuth,
  type HttpClientConfig,
  type HttpHeaderConfig,
  type OAuth2Config,
  type ProxyConfig,
  type Secret,
  type TlsConfig,
  type TlsVersion,
} from './http-client-config.ts';
import { readFlag, readHttpUrl, readPath, readSecret, readStrings } from './config-values.ts';
import type { YamlFields, YamlValue } from './yaml-reader.ts';

/** The keys of a job that say how to talk to its targets. */
export const HTTP_CLIENT_KEYS: readonly string[] = [
  'basic_auth',
  'authorization',
  'bearer_token',
  'bearer_token_file',
  'oauth2',
  'tls_config',
  'proxy_url',
  'no_proxy',
  'proxy_from_environment',
  'proxy_connect_header',
  'follow_redirects',
  'enable_http2',
  'http_headers',
];

export interface HttpReading {
  /** Whether a proxy that no request could go through is a fault; else it has a remark. */
  readonly refusesBadProxy: boolean;
}

const STRICT: HttpReading = { refusesBadProxy: true };

/** Reads the part of a job's fields that says how to talk to its targets. */
export function readHttpClient(
  fields: YamlFields,
  options: HttpReading = STRICT,
): HttpClientConfig {
  // HTTP/2 is an offer that a server may refuse, so going on with HTTP/1.1 serves every target.
  readFlag(fields.find('enable_http2'), true);
  return {
    auth: readAuth(fields),
    tls: readTlsConfig(fields.find('tls_config')),
    proxy: readProxy(fields, options),
    followRedirects: readFlag(fields.find('follow_redirects'), DEFAULT_HTTP_CLIENT.followRedirects),
    headers: readHeaders(fields.find('http_headers')),
  };
}

const EMPTY: Secret = { kind: 'text', text: '' };

function readAuth(fields: YamlFields): HttpAuth {
  const basic = fields.find('basic_auth');
  const authorization = fields.find('authorization');
  const bearer = fields.find('bearer_token') ?? fields.find('bearer_token_file');
  const oauth2 = fields.find('oauth2');
  const [, second] = [basic, authorization, bearer, oauth2].filter((field) => field !== undefined);
  second?.fault('at most one of basic_auth, authorization, oauth2 and bearer_token may be set');
  if (basic !== undefined) return readBasicAuth(basic);
  if (authorization !== undefined) return readAuthorization(authorization);
  if (oauth2 !== undefined) return { kind: 'oauth2', oauth2: readOAuth2(oauth2) };
  const token = readSecret(fields, { text: 'bearer_token', file: 'bearer_token_file' });
  return token === undefined ? { kind: 'none' } : { kind: 'token', scheme: 'Bearer', token };
}

function readBasicAuth(value: YamlValue): HttpAuth {
  const fields = value.fields(['username', 'username_file', 'password', 'password_file']);
  return {
    kind: 'basic',
    username: readSecret(fields, { text: 'username', file: 'username_file' }) ?? EMPTY,
    password: readSecret(fields, { text: 'password', file: 'password_file' }) ?? EMPTY,
  };
}

function readAuthorization(value: YamlValue): HttpAuth {
  const fields = value.fields(['type', 'credentials', 'credentials_file']);
  const type = fields.find('type');
  const scheme = type?.string().trim() ?? '';
  if (scheme.toLowerCase() === 'basic') {
    type?.fault('authorization type cannot be "basic"; use basic_auth instead');
  }
  const token = readSecret(fields, { text: 'credentials', file: 'credentials_file' });
  return { kind: 'token', scheme: scheme === '' ? 'Bearer' : scheme, token: token ?? EMPTY };
}

const OAUTH2_KEYS = [
  'client_id',
  'client_secret',
  'client_secret_file',
  'scopes',
  'token_url',
  'endpoint_params',
  'grant_type',
  'tls_config',
  'proxy_url',
  'no_proxy',
  'proxy_from_environment',
  'proxy_connect_header',
];
/** The other grant, by a signed assertion. */
const JWT_KEYS = [
  'client_certificate_key',
  'client_certificate_key_file',
  'client_certificate_key_id',
  'signature_algorithm',
  'iss',
  'audience',
  'claims',
];

function readOAuth2(value: YamlValue): OAuth2Config {
  const fields = value.fields([...OAUTH2_KEYS, ...JWT_KEYS]);
  const grant = fields.find('grant_type');
  if (grant !== undefined && !['', 'client_credentials'].includes(grant.string())) {
    grant.fault(`${grant.path}: only client_credentials is supported`);
  }
  for (const key of JWT_KEYS) {
    fields
      .find(key)
      ?.fault(`oauth2.${key} belongs to the jwt-bearer grant, which is not supported`);
  }
  const clientId = fields.find('client_id')?.string() ?? '';
  if (clientId === '') value.fault(`${value.path} needs client_id`);
  const secret = readSecret(fields, { text: 'client_secret', file: 'client_secret_file' });
  if (secret === undefined) value.fault(`${value.path} needs client_secret or client_secret_file`);
  const tokenUrl = fields.find('token_url');
  if (tokenUrl === undefined) value.fault(`${value.path} needs token_url`);
  return {
    clientId,
    clientSecret: secret ?? EMPTY,
    tokenUrl: tokenUrl === undefined ? '' : readHttpUrl(tokenUrl),
    scopes: readStrings(fields.find('scopes')),
    endpointParams: (fields.find('endpoint_params')?.entries() ?? []).map((entry) => ({
      name: entry.key.string(),
      value: entry.value.string(),
    })),
    tls: readTlsConfig(fields.find('tls_config')),
    proxy: readProxy(fields, STRICT),
  };
}

function readProxy(fields: YamlFields, { refusesBadProxy }: HttpReading): ProxyConfig {
  const url = fields.find('proxy_url');
  const noProxy = fields.find('no_proxy');
  const environment = fields.find('proxy_from_environment');
  fields.find('proxy_connect_header')?.fault('proxy_connect_header is not supported');
  if (environment?.boolean() === true) {
    const other = url ?? noProxy;
    other?.fault('proxy_from_environment goes without proxy_url and no_proxy');
    return { kind: 'environment' };
  }
  if (url === undefined) {
    noProxy?.fault('no_proxy needs proxy_url');
    return { kind: 'none' };
  }
  const noProxyFor = noProxy?.string() ?? '';
  if (refusesBadProxy) return { kind: 'url', url: readHttpUrl(url), noProxy: noProxyFor };
  const text = url.string();
  if (!/^https?:\/\/./.test(text)) {
    url.advise(`${url.path} is no http or https address: every request through it will fail`);
  }
  return { kind: 'url', url: text, noProxy: noProxyFor };
}

const TLS_KEYS = [
  'ca',
  'ca_file',
  'cert',
  'cert_file',
  'key',
  'key_file',
  'server_name',
  'insecure_skip_verify',
  'min_version',
  'max_version',
];

/** Reads `tls_config`; absent means the defaults. */
export function readTlsConfig(value: YamlValue | undefined): TlsConfig {
  if (value === undefined) return DEFAULT_HTTP_CLIENT.tls;
  const fields = value.fields(TLS_KEYS);
  const cert = readSecret(fields, { text: 'cert', file: 'cert_file' });
  const key = readSecret(fields, { text: 'key', file: 'key_file' });
  if (cert === undefined && key !== undefined) {
    value.fault(`${value.path}: a client key needs a certificate; set cert_file too`);
  }
  if (cert !== undefined && key === undefined) {
    value.fault(`${value.path}: a client certificate needs its key; set key_file too`);
  }
  return {
    ca: readSecret(fields, { text: 'ca', file: 'ca_file' }),
    cert,
    key,
    serverName: fields.find('server_name')?.string(),
    insecureSkipVerify: readFlag(fields.find('insecure_skip_verify'), false),
    minVersion: readTlsVersion(fields.find('min_version')),
    maxVersion: readTlsVersion(fields.find('max_version')),
  };
}

const TLS_VERSIONS: ReadonlyMap<string, TlsVersion> = new Map([
  ['TLS10', 'TLSv1'],
  ['TLS11', 'TLSv1.1'],
  ['TLS12', 'TLSv1.2'],
  ['TLS13', 'TLSv1.3'],
]);

function readTlsVersion(value: YamlValue | undefined): TlsVersion | undefined {
  if (value === undefined) return undefined;
  const version = TLS_VERSIONS.get(value.string());
  if (version === undefined) {
    value.fault(`${value.path} must be one of ${[...TLS_VERSIONS.keys()].join(', ')}`);
  }
  return version;
}

/** Headers that the connection or other settings decide; no request may set them. */
export const RESERVED_HEADERS: readonly string[] = [
  'authorization',
  'host',
  'content-encoding',
  'content-length',
  'content-type',
  'user-agent',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
  'accept-encoding',
];
const SCRAPE_HEADERS = new Set([...RESERVED_HEADERS, 'x-prometheus-scrape-timeout-seconds']);
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Refuses what is no token of RFC 9110: no request could be made with it. */
export function checkHeaderName(key: YamlValue): void {
  const name = key.string();
  if (!HEADER_NAME.test(name)) key.fault(`"${name}" is not a valid name of a header`);
}

function readHeaders(value: YamlValue | undefined): readonly HttpHeaderConfig[] {
  const headers: HttpHeaderConfig[] = [];
  for (const { key, value: content } of value?.entries() ?? []) {
    const name = key.string();
    checkHeaderName(key);
    if (SCRAPE_HEADERS.has(name.toLowerCase())) {
      key.fault(`setting header "${name}" is not allowed`);
    }
    const fields = content.fields(['values', 'secrets', 'files']);
    const texts = [...readStrings(fields.find('values')), ...readStrings(fields.find('secrets'))];
    const files = fields.find('files')?.list() ?? [];
    const values = [
      ...texts.map((text): Secret => ({ kind: 'text', text })),
      ...files.map((file): Secret => ({ kind: 'file', path: readPath(file) })),
    ];
    headers.push({ name, values });
  }
  return headers;
}
