/** Reads how to talk to targets: credentials, TLS, redirects, headers. */
import type { YamlFields, YamlValue } from '../platform/index.ts';
import {
  DEFAULT_HTTP_CLIENT,
  type HttpAuth,
  type HttpClientConfig,
  type HttpHeaderConfig,
  type Secret,
  type TlsConfig,
  type TlsVersion,
} from './config.ts';
import { readFlag, readPath, readSecret, readStrings } from './config-values.ts';

/** The keys of a job that say how to talk to its targets. */
export const HTTP_CLIENT_KEYS: readonly string[] = [
  'basic_auth',
  'authorization',
  'bearer_token',
  'bearer_token_file',
  'tls_config',
  'follow_redirects',
  'enable_http2',
  'http_headers',
];

/** Reads the part of a job's fields that says how to talk to its targets. */
export function readHttpClient(fields: YamlFields): HttpClientConfig {
  // HTTP/2 is an offer that a server may refuse, so going on with HTTP/1.1 serves every target.
  readFlag(fields.find('enable_http2'), true);
  return {
    auth: readAuth(fields),
    tls: readTls(fields.find('tls_config')),
    followRedirects: readFlag(fields.find('follow_redirects'), DEFAULT_HTTP_CLIENT.followRedirects),
    headers: readHeaders(fields.find('http_headers')),
  };
}

const EMPTY: Secret = { kind: 'text', text: '' };

function readAuth(fields: YamlFields): HttpAuth {
  const basic = fields.find('basic_auth');
  const authorization = fields.find('authorization');
  const bearer = fields.find('bearer_token') ?? fields.find('bearer_token_file');
  const [, second] = [basic, authorization, bearer].filter((field) => field !== undefined);
  second?.fault('at most one of basic_auth, authorization and bearer_token may be set');
  if (basic !== undefined) return readBasicAuth(basic);
  if (authorization !== undefined) return readAuthorization(authorization);
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

function readTls(value: YamlValue | undefined): TlsConfig {
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

/** Headers that the connection, other settings or we ourselves decide. */
const RESERVED_HEADERS = new Set([
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
  'x-prometheus-scrape-timeout-seconds',
]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

function readHeaders(value: YamlValue | undefined): readonly HttpHeaderConfig[] {
  const headers: HttpHeaderConfig[] = [];
  for (const { key, value: content } of value?.entries() ?? []) {
    const name = key.string();
    if (!HEADER_NAME.test(name)) key.fault(`"${name}" is not a valid name of a header`);
    if (RESERVED_HEADERS.has(name.toLowerCase()))
      key.fault(`setting header "${name}" is not allowed`);
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
