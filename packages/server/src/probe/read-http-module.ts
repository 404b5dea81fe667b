/** Reads the `http` part of a module. */
import {
  DEFAULT_HTTP_CLIENT,
  HTTP_CLIENT_KEYS,
  type HttpClientConfig,
  readFlag,
  readHttpClient,
  readPath,
  readSize,
  readStrings,
  type YamlFields,
  type YamlValue,
} from '../platform/index.ts';
import {
  ADDRESS_KEYS,
  readAddressChoice,
  readPairs,
  readRegexp,
  readRegexps,
} from './config-values.ts';
import type { HeaderMatch, HttpModule } from './module.ts';

const KEYS = [
  ...ADDRESS_KEYS,
  'valid_status_codes',
  'valid_http_versions',
  'skip_resolve_phase_with_proxy',
  'no_follow_redirects',
  'fail_if_ssl',
  'fail_if_not_ssl',
  'method',
  'headers',
  'fail_if_body_matches_regexp',
  'fail_if_body_not_matches_regexp',
  'fail_if_body_json_matches_cel',
  'fail_if_body_json_not_matches_cel',
  'fail_if_header_matches',
  'fail_if_header_not_matches',
  'body',
  'body_file',
  'compression',
  'body_size_limit',
  'enable_http3',
  ...HTTP_CLIENT_KEYS,
];

/** What is sound and this server cannot do. */
export type Refuse = (value: YamlValue | undefined, why: string) => void;

export function readHttpModule(value: YamlValue | undefined, refuse: Refuse): HttpModule {
  const fields = value?.fields(KEYS);
  const find = (key: string): YamlValue | undefined => fields?.find(key);
  for (const key of ['fail_if_body_json_matches_cel', 'fail_if_body_json_not_matches_cel']) {
    if (find(key)?.string() !== undefined) {
      refuse(find(key), `${key} is not supported; say it with fail_if_body_not_matches_regexp`);
    }
  }
  const body = find('body')?.string() ?? '';
  const bodyFile = find('body_file');
  if (body !== '' && bodyFile !== undefined && bodyFile.string() !== '') {
    bodyFile.fault('at most one of body and body_file may be set');
  }
  const validHttpVersions = readStrings(find('valid_http_versions'));
  const enablesHttp2 = readFlag(find('enable_http2'), true);
  checkHttp3({ fields, validHttpVersions, enablesHttp2, refuse });
  const compression = find('compression')?.string() ?? '';
  const headers = readPairs(find('headers'));
  checkCompression(fields, { headers, compression });
  return {
    ...readAddressChoice(fields, true),
    validStatusCodes: readStatusCodes(find('valid_status_codes')),
    validHttpVersions,
    failIfSsl: readFlag(find('fail_if_ssl'), false),
    failIfNotSsl: readFlag(find('fail_if_not_ssl'), false),
    method: find('method')?.string() ?? 'GET',
    headers,
    failIfBodyMatches: readRegexps(find('fail_if_body_matches_regexp')),
    failIfBodyNotMatches: readRegexps(find('fail_if_body_not_matches_regexp')),
    failIfHeaderMatches: readHeaderMatches(find('fail_if_header_matches')),
    failIfHeaderNotMatches: readHeaderMatches(find('fail_if_header_not_matches')),
    body,
    bodyFile: bodyFile === undefined ? '' : readPath(bodyFile),
    compression,
    bodyBytesMax: readSize(find('body_size_limit'), 0),
    enablesHttp2,
    client: fields === undefined ? DEFAULT_HTTP_CLIENT : readClient(fields, refuse),
  };
}

/** Credentials, TLS, redirects; `no_follow_redirects` is the older word and wins. */
function readClient(fields: YamlFields, refuse: Refuse): HttpClientConfig {
  const older = fields.find('no_follow_redirects');
  older?.advise('no_follow_redirects is deprecated; use follow_redirects');
  // Its headers are for the proxy, which is refused as a whole.
  const known: YamlFields = {
    find: (key) => (key === 'proxy_connect_header' ? undefined : fields.find(key)),
  };
  const client = readHttpClient(known);
  refuseProxy(fields, client, refuse);
  const proxyHeaders = fields.find('proxy_connect_header');
  if (proxyHeaders !== undefined)
    refuse(proxyHeaders, 'proxy_connect_header goes with a proxy; leave it out');
  readFlag(fields.find('skip_resolve_phase_with_proxy'), false);
  return older === undefined ? client : { ...client, followRedirects: !older.boolean() };
}

/** An address behind a proxy could not be judged before it is reached. */
export function refuseProxy(fields: YamlFields, client: HttpClientConfig, refuse: Refuse): void {
  if (client.proxy.kind === 'none') return;
  const key = client.proxy.kind === 'url' ? 'proxy_url' : 'proxy_from_environment';
  refuse(
    fields.find(key),
    `${key} is not supported: probes go to their target themselves; leave it out where they can`,
  );
}

function readStatusCodes(value: YamlValue | undefined): readonly number[] {
  return (value?.list() ?? []).map((item) => {
    const code = item.number();
    if (!Number.isSafeInteger(code)) item.fault(`${item.path} must be a whole number, got ${code}`);
    return code;
  });
}

function readHeaderMatches(value: YamlValue | undefined): readonly HeaderMatch[] {
  return (value?.list() ?? []).flatMap((item) => {
    const fields = item.fields(['header', 'regexp', 'allow_missing']);
    const header = fields.find('header')?.string() ?? '';
    if (header === '') item.fault(`${item.path} needs header, the name of one`);
    const field = fields.find('regexp');
    const regexp = readRegexp(field);
    if ((field?.string() ?? '') === '') item.fault(`${item.path} needs regexp`);
    const allowsMissing = readFlag(fields.find('allow_missing'), false);
    return regexp === undefined ? [] : [{ header, regexp, allowsMissing }];
  });
}

/** HTTP/3 goes alone: its versions and its switch do not mix with those of the others. */
function checkHttp3(input: {
  readonly fields: YamlFields | undefined;
  readonly validHttpVersions: readonly string[];
  readonly enablesHttp2: boolean;
  readonly refuse: Refuse;
}): void {
  const { fields, validHttpVersions, enablesHttp2, refuse } = input;
  const field = fields?.find('enable_http3');
  const versions = fields?.find('valid_http_versions');
  if (!readFlag(field, false)) {
    if (validHttpVersions.includes('HTTP/3.0')) {
      versions?.fault('HTTP/3.0 can only be valid where enable_http3 is true');
    }
    return;
  }
  refuse(
    field,
    'HTTP/3 is not supported; probe over HTTP/2, or leave this module to blackbox_exporter',
  );
  if (validHttpVersions.some((version) => version === 'HTTP/2.0' || version === 'HTTP/1.1')) {
    versions?.fault('only HTTP/3.0 can be valid where enable_http3 is true');
  }
  if (enablesHttp2) field?.fault('enable_http3 needs enable_http2: false');
}

function checkCompression(
  fields: YamlFields | undefined,
  { headers, compression }: Pick<HttpModule, 'headers' | 'compression'>,
): void {
  for (const [name, text] of headers) {
    if (name.toLowerCase() !== 'accept-encoding') continue;
    if (isEncodingAccepted(compression, text)) continue;
    const why = `compression ${compression} is not what "${name}: ${text}" asks for`;
    fields?.find('headers')?.fault(why);
  }
}

/** Whether an Accept-Encoding allows the compression that the answer must have. */
export function isEncodingAccepted(compression: string, acceptEncoding: string): boolean {
  if (compression === '' || acceptEncoding === '') return true;
  const offers = acceptEncoding.split(',').map((part) => {
    const at = part.lastIndexOf(';');
    if (at < 0) return { name: part.trim(), quality: 1 };
    const text = part
      .slice(at + 1)
      .trim()
      .replace(/^q=/, '');
    const quality = text === '' ? 0 : Math.round(Number(text) * 1000) / 1000 || 0;
    return { name: part.slice(0, at).trim(), quality };
  });
  const first = offers
    .toSorted((a, b) => b.quality - a.quality)
    .find(({ name }) => name === compression || name === '*');
  return first !== undefined && first.quality > 0;
}
