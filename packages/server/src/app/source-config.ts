/** Reads `query.sources`: other servers whose series take part in queries. */
import {
  type HttpClientConfig,
  type YamlValue,
  HTTP_CLIENT_KEYS,
  readDuration,
  readFlag,
  readHttpClient,
  readTextMap,
  readWord,
} from '../platform/index.ts';
import type { SourceProtocol } from '../remote/index.ts';
import { createLabelsFromPairs, isPlainLabelName, type Labels } from '../series/index.ts';
import { SOURCE_TIMEOUT_MS, SOURCES_MAX } from './limits.ts';
import { checkHeaders } from './remote-config.ts';

export interface SourceConfig {
  /** Unique; people are told it in warnings. */
  readonly name: string;
  /** Without a slash at the end; the path of the protocol is put behind it. */
  readonly url: string;
  readonly protocol: SourceProtocol;
  /** What all of its series carry here that have no such label. */
  readonly labels: Labels;
  readonly timeoutMs: number;
  /** Whether a query fails when this source does; else it is answered without it. */
  readonly isRequired: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly http: HttpClientConfig;
}

const PROTOCOLS: readonly SourceProtocol[] = ['remote_read', 'promql'];
const KEYS = ['name', 'url', 'protocol', 'labels', 'timeout', 'required', 'headers'];

export function readSources(value: YamlValue | undefined): readonly SourceConfig[] {
  const items = value?.list() ?? [];
  if (items.length > SOURCES_MAX) {
    value?.fault(`query.sources has ${items.length} entries; at most ${SOURCES_MAX} are allowed`);
  }
  const names = new Set<string>();
  return items.map((item) => {
    const source = readSource(item);
    if (names.has(source.name)) item.fault(`the name "${source.name}" stands twice`);
    names.add(source.name);
    return source;
  });
}

function readSource(item: YamlValue): SourceConfig {
  const fields = item.fields([...KEYS, ...HTTP_CLIENT_KEYS]);
  const urlField = fields.find('url');
  const url = urlField?.string() ?? '';
  const parsed = URL.parse(url);
  const isWeb = parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
  if (!isWeb || parsed.search !== '' || parsed.hash !== '') {
    const want = 'the address that /api/v1 lies below, such as http://prometheus:9090';
    (urlField ?? item).fault(`${item.path} needs url, ${want}`);
  }
  const name = fields.find('name')?.string() ?? '';
  if (name === '') item.fault(`${item.path} needs name, which warnings call it by`);
  const headers = fields.find('headers');
  checkHeaders(headers);
  return {
    name,
    url: url.replace(/\/+$/, ''),
    protocol: readWord(fields.find('protocol'), PROTOCOLS, 'remote_read'),
    labels: createLabelsFromPairs(Object.entries(readTextMap(fields.find('labels')))),
    timeoutMs: readDuration(fields.find('timeout'), SOURCE_TIMEOUT_MS),
    isRequired: readFlag(fields.find('required'), false),
    headers: readTextMap(headers),
    http: readHttpClient(fields),
  };
}

/** The labels that tell replicas apart, and are taken away from what queries see. */
export function readReplicaLabels(value: YamlValue | undefined): readonly string[] {
  return (value?.list() ?? []).map((item) => {
    const name = item.string();
    if (!isPlainLabelName(name) || name.startsWith('__')) {
      item.fault(`${item.path} "${name}" is not a label name such as replica`);
    }
    return name;
  });
}
