/** Reads `kubernetes_sd_configs`, with Prometheus' checks of what goes with what. */
import {
  type YamlFields,
  type YamlValue,
  HTTP_CLIENT_KEYS,
  readHttpClient,
  readFlag,
  readHttpUrl,
  readPath,
  readStrings,
} from '../../platform/index.ts';
import {
  KUBERNETES_ROLES,
  type KubernetesAccess,
  type KubernetesDiscoveryConfig,
  type KubernetesRole,
  type KubernetesSelector,
} from './config.ts';

const KEYS = [
  'api_server',
  'role',
  'kubeconfig_file',
  'namespaces',
  'selectors',
  'attach_metadata',
];
/** Which objects a role lists, and so may narrow. */
const SELECTABLE: Readonly<Record<KubernetesRole, readonly KubernetesRole[]>> = {
  pod: ['pod', 'node'],
  service: ['service'],
  endpointslice: ['pod', 'service', 'endpointslice'],
  endpoints: ['pod', 'service', 'endpoints'],
  node: ['node'],
  ingress: ['ingress'],
};
const LATER_METADATA = ['deployment', 'job', 'cronjob'];

/** Reads one entry. */
export function readKubernetesDiscovery(value: YamlValue): KubernetesDiscoveryConfig {
  const fields = value.fields([...KEYS, ...HTTP_CLIENT_KEYS]);
  const role = readRole(fields.find('role'), value);
  const namespaces = fields.find('namespaces')?.fields(['own_namespace', 'names']);
  const ownNamespace = readFlag(namespaces?.find('own_namespace'), false);
  const access = readAccess(value, fields);
  if (ownNamespace && access.kind !== 'pod') {
    const other = access.kind === 'server' ? 'api_server' : 'kubeconfig_file';
    value.fault(`${value.path}: ${other} goes without namespaces.own_namespace`);
  }
  const attach = fields.find('attach_metadata')?.fields(['node', 'namespace', ...LATER_METADATA]);
  for (const key of LATER_METADATA) {
    const field = attach?.find(key);
    if (field?.boolean() === true)
      field.remark(`${field.path} has no effect: its labels do not come; relabel by others`);
  }
  return {
    kind: 'kubernetes',
    role,
    access,
    namespaces: readStrings(namespaces?.find('names')),
    ownNamespace,
    selectors: readSelectors(fields.find('selectors'), role),
    attachNode: readFlag(attach?.find('node'), false),
    attachNamespace: readFlag(attach?.find('namespace'), false),
  };
}

function readRole(value: YamlValue | undefined, owner: YamlValue): KubernetesRole {
  const text = value?.string() ?? '';
  const role = KUBERNETES_ROLES.find((known) => known === text);
  if (role === undefined) {
    (value ?? owner).fault(`${owner.path}.role must be one of ${KUBERNETES_ROLES.join(', ')}`);
  }
  return role ?? 'pod';
}

function readAccess(value: YamlValue, fields: YamlFields): KubernetesAccess {
  const server = fields.find('api_server');
  const kubeconfig = fields.find('kubeconfig_file');
  const http = readHttpClient(fields);
  const client = HTTP_CLIENT_KEYS.find((key) => fields.find(key) !== undefined);
  if (kubeconfig !== undefined) {
    server?.fault('kubeconfig_file goes without api_server');
    if (client !== undefined) fields.find(client)?.fault(`kubeconfig_file goes without ${client}`);
    return { kind: 'kubeconfig', path: readPath(kubeconfig) };
  }
  if (server === undefined) {
    if (client !== undefined) value.fault(`${value.path}: ${client} needs api_server`);
    return { kind: 'pod' };
  }
  return { kind: 'server', url: readHttpUrl(server).replace(/\/+$/, ''), http };
}

function readSelectors(
  value: YamlValue | undefined,
  role: KubernetesRole,
): readonly KubernetesSelector[] {
  const seen = new Set<string>();
  return (value?.list() ?? []).map((item) => {
    const fields = item.fields(['role', 'label', 'field']);
    const selected = readRole(fields.find('role'), item);
    if (seen.has(selected)) item.fault(`${item.path}: a selector for ${selected} stands twice`);
    seen.add(selected);
    if (!SELECTABLE[role].includes(selected)) {
      item.fault(
        `${item.path}: role ${role} supports only ${SELECTABLE[role].join(', ')} selectors`,
      );
    }
    const label = fields.find('label');
    const field = fields.find('field');
    const labelText = label?.string() ?? '';
    const fieldText = field?.string() ?? '';
    if (!isLabelSelector(labelText)) label?.fault(`"${labelText}" is not a label selector`);
    if (!isFieldSelector(fieldText)) field?.fault(`"${fieldText}" is not a field selector`);
    return { role: selected, label: labelText, field: fieldText };
  });
}

const KEY = String.raw`(?:[A-Za-z\d.-]+/)?[A-Za-z\d](?:[\w.-]*[A-Za-z\d])?`;
const VALUE = String.raw`(?:[A-Za-z\d](?:[\w.-]*[A-Za-z\d])?)?`;
const REQUIREMENT = new RegExp(
  String.raw`^\s*(?:!\s*${KEY}|${KEY}(?:\s*(?:==?|!=|>|<)\s*${VALUE}|\s+(?:not)?in\s*\(\s*${VALUE}(?:\s*,\s*${VALUE})*\s*\))?)\s*$`,
);

/** Kubernetes' grammar: requirements parted by commas, sets in brackets. */
function isLabelSelector(text: string): boolean {
  if (text.trim() === '') return true;
  return text.split(/,(?![^(]*\))/).every((part) => REQUIREMENT.test(part));
}

/** `path=value`, `path==value` or `path!=value`, parted by commas. */
function isFieldSelector(text: string): boolean {
  if (text === '') return true;
  return text.split(/(?<!\\),/).every((part) => part === '' || /^[^=!]+(?:==?|!=)/.test(part));
}
