/**
 * The kinds of discovery that Prometheus has and Nines does not run. They are read so that a whole
 * prometheus.yml is understood: a typing mistake in them is a fault here as it is there, and what
 * is right is remarked on, never passed over in silence.
 */
import {
  type YamlFields,
  type YamlValue,
  HTTP_CLIENT_KEYS,
  readHttpClient,
  readPort,
  readStrings,
} from '../../platform/index.ts';

/** What one entry of a kind may and must hold. */
interface KindShape {
  readonly keys: readonly string[];
  /** At least one of each group must be there and not empty. */
  readonly needs?: readonly string[];
  /** At most one of each pair may be there. */
  readonly pairs?: readonly (readonly [string, string])[];
  /** Fields with a closed list of words. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** Fields that hold an address with scheme and host. */
  readonly urls?: readonly string[];
  /** Whether the fields of the HTTP client stand beside; `tls` where that part alone does. */
  readonly http?: 'all' | 'tls';
  readonly check?: (value: YamlValue, fields: YamlFields) => void;
}

const AWS_KEYS = [
  'region',
  'endpoint',
  'access_key',
  'secret_key',
  'profile',
  'role_arn',
  'external_id',
];
const ZOOKEEPER: KindShape = {
  keys: ['servers', 'paths', 'timeout'],
  needs: ['servers', 'paths'],
};
const AWS_ROLES = ['ec2', 'lightsail', 'ecs', 'msk', 'rds', 'elasticache'];
const aws = (...keys: readonly string[]): KindShape => ({
  keys: [...AWS_KEYS, ...keys],
  http: 'all',
  check: checkFilters,
});
const simple = (...keys: readonly string[]): KindShape => ({ keys, http: 'all' });

/** By kind, what may stand in its entries. */
export const OTHER_KINDS: ReadonlyMap<string, KindShape> = new Map<string, KindShape>([
  ['aws', { ...aws('role', 'filters', 'clusters'), needs: ['role'], words: { role: AWS_ROLES } }],
  [
    'azure',
    {
      keys: [
        'environment',
        'authentication_method',
        'subscription_id',
        'tenant_id',
        'client_id',
        'client_secret',
        'resource_group',
      ],
      needs: ['subscription_id'],
      words: { authentication_method: ['OAuth', 'ManagedIdentity', 'SDK', 'WorkloadIdentity'] },
      http: 'all',
      check: checkAzure,
    },
  ],
  ['digitalocean', { keys: ['role'], words: { role: ['droplets', 'databases'] }, http: 'all' }],
  [
    'dockerswarm',
    {
      keys: ['host', 'role', 'filters'],
      needs: ['host', 'role'],
      words: { role: ['services', 'tasks', 'nodes'] },
      urls: ['host'],
      http: 'all',
      check: checkFilters,
    },
  ],
  ['ec2', aws('filters')],
  ['ecs', aws('clusters')],
  ['elasticache', aws('clusters')],
  ['eureka', { keys: ['server'], needs: ['server'], urls: ['server'], http: 'all' }],
  ['gce', { keys: ['project', 'zone', 'filter', 'tag_separator'], needs: ['project', 'zone'] }],
  [
    'hetzner',
    {
      keys: ['role', 'label_selector'],
      needs: ['role'],
      words: { role: ['robot', 'hcloud'] },
      http: 'all',
    },
  ],
  ['ionos', { keys: ['datacenter_id'], needs: ['datacenter_id'], http: 'all' }],
  [
    'kuma',
    {
      keys: ['server', 'client_id', 'fetch_timeout'],
      needs: ['server'],
      urls: ['server'],
      http: 'all',
    },
  ],
  ['lightsail', aws()],
  ['linode', simple('region', 'tag_separator')],
  [
    'marathon',
    {
      keys: ['servers', 'auth_token', 'auth_token_file'],
      needs: ['servers'],
      pairs: ['auth_token', 'auth_token_file'].flatMap((token) =>
        ['auth_token_file', 'basic_auth', 'bearer_token', 'bearer_token_file', 'authorization']
          .filter((other) => other !== token)
          .map((other) => [token, other] as const),
      ),
      http: 'all',
    },
  ],
  ['msk', aws('clusters')],
  ['nerve', ZOOKEEPER],
  [
    'nomad',
    {
      keys: ['allow_stale', 'namespace', 'region', 'server', 'tag_separator'],
      needs: ['server'],
      http: 'all',
    },
  ],
  [
    'oci',
    {
      keys: [
        'auth',
        'tenancy',
        'user',
        'fingerprint',
        'key_file',
        'key_passphrase',
        'key_passphrase_file',
        'region',
        'compartments',
      ],
      pairs: [['key_passphrase', 'key_passphrase_file']],
      http: 'all',
    },
  ],
  [
    'openstack',
    {
      keys: [
        'role',
        'region',
        'identity_endpoint',
        'username',
        'userid',
        'password',
        'domain_name',
        'domain_id',
        'project_name',
        'project_id',
        'application_credential_name',
        'application_credential_id',
        'application_credential_secret',
        'all_tenants',
        'availability',
      ],
      needs: ['role', 'region'],
      words: {
        role: ['hypervisor', 'instance', 'loadbalancer'],
        availability: ['public', 'admin', 'internal'],
      },
      http: 'tls',
    },
  ],
  [
    'outscale',
    {
      keys: ['region', 'access_key', 'secret_key', 'secret_key_file', 'endpoint'],
      needs: ['region', 'access_key', 'secret_key|secret_key_file'],
      pairs: [['secret_key', 'secret_key_file']],
      http: 'all',
    },
  ],
  [
    'ovhcloud',
    {
      keys: ['application_key', 'application_secret', 'consumer_key', 'service', 'endpoint'],
      needs: ['application_key', 'application_secret', 'consumer_key', 'service'],
      words: { service: ['dedicated_server', 'vps'] },
    },
  ],
  [
    'puppetdb',
    {
      keys: ['url', 'query', 'include_parameters'],
      needs: ['url', 'query'],
      urls: ['url'],
      http: 'all',
    },
  ],
  ['rds', aws('clusters')],
  [
    'scaleway',
    {
      keys: [
        'access_key',
        'secret_key',
        'secret_key_file',
        'project_id',
        'role',
        'api_url',
        'zone',
        'name_filter',
        'tags_filter',
      ],
      needs: ['role', 'project_id', 'access_key', 'secret_key|secret_key_file'],
      pairs: [['secret_key', 'secret_key_file']],
      words: { role: ['instance', 'baremetal'] },
      http: 'all',
    },
  ],
  ['serverset', ZOOKEEPER],
  [
    'stackit',
    {
      keys: [
        'project',
        'region',
        'endpoint',
        'private_key',
        'private_key_path',
        'service_account_key',
        'service_account_key_path',
        'credentials_file_path',
        'token_url',
      ],
      urls: ['endpoint'],
      http: 'all',
    },
  ],
  [
    'triton',
    {
      keys: ['account', 'role', 'dns_suffix', 'endpoint', 'groups', 'version'],
      needs: ['account', 'dns_suffix', 'endpoint'],
      words: { role: ['container', 'cn'] },
      http: 'tls',
    },
  ],
  [
    'uyuni',
    {
      keys: ['server', 'username', 'password', 'entitlement', 'separator'],
      needs: ['server', 'username', 'password'],
      http: 'all',
    },
  ],
  ['vultr', simple('region')],
]);

/** Checks one entry; the values themselves are of no use here. */
export function readOtherKind(value: YamlValue, shape: KindShape): void {
  const client = shape.http === 'all' ? HTTP_CLIENT_KEYS : [];
  const tls = shape.http === 'tls' ? ['tls_config'] : [];
  const fields = value.fields([...shape.keys, 'port', 'refresh_interval', ...client, ...tls]);
  readPort(fields.find('port'), 80);
  fields.find('refresh_interval')?.durationMs();
  readHttpClient(fields);
  for (const need of shape.needs ?? []) {
    const isThere = need.split('|').some((key) => isFilled(fields.find(key)));
    if (!isThere) value.fault(`${value.path} needs ${need.replace('|', ' or ')}`);
  }
  for (const [one, other] of shape.pairs ?? []) {
    const second = fields.find(other);
    if (fields.find(one) !== undefined)
      second?.fault(`at most one of ${one} and ${other} may be set`);
  }
  for (const [key, words] of Object.entries(shape.words ?? {})) {
    const field = fields.find(key);
    if (field !== undefined && !words.includes(field.string())) {
      field.fault(`${field.path} must be one of ${words.join(', ')}`);
    }
  }
  for (const key of shape.urls ?? []) {
    const field = fields.find(key);
    const url = URL.parse(field?.string() ?? '');
    const hasHost = url !== null && (url.host !== '' || url.protocol === 'unix:');
    if (field !== undefined && !hasHost) {
      field.fault(`${field.path} must be an address with scheme and host`);
    }
  }
  shape.check?.(value, fields);
}

function isFilled(field: YamlValue | undefined): boolean {
  if (field === undefined) return false;
  return field.kind === 'scalar' ? field.string() !== '' : true;
}

function checkAzure(value: YamlValue, fields: YamlFields): void {
  const method = fields.find('authentication_method')?.string() ?? 'OAuth';
  if (method !== 'OAuth') return;
  for (const key of ['tenant_id', 'client_id', 'client_secret']) {
    if (!isFilled(fields.find(key))) value.fault(`${value.path} needs ${key} to sign in by OAuth`);
  }
}

function checkFilters(_value: YamlValue, fields: YamlFields): void {
  for (const filter of fields.find('filters')?.list() ?? []) {
    const inner = filter.fields(['name', 'values']);
    const isEmpty = readStrings(inner.find('values')).length === 0;
    if (isEmpty) filter.fault(`${filter.path}: values must not be empty`);
  }
}
