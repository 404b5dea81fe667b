/**
 * Objects of OpenSLO v1, whatever their kind: which there are, what their metadata may be, and
 * how a part that this version does not do is refused.
 */
import type { YamlFields, YamlValue } from '../platform/index.ts';

const API_VERSION = 'openslo/v1';
const OTHER_VERSIONS = ['openslo/v1alpha', 'openslo.com/v2alpha'];
const KINDS = [
  'SLO',
  'SLI',
  'Service',
  'AlertPolicy',
  'AlertCondition',
  'AlertNotificationTarget',
  'DataSource',
] as const;

export type OpenSloKind = (typeof KINDS)[number];

/** The spec's fields of the kinds that are accepted and of no effect here. */
const OTHER_SPECS: Readonly<Record<Exclude<OpenSloKind, 'SLO' | 'SLI'>, readonly string[]>> = {
  Service: ['description'],
  AlertPolicy: [
    'description',
    'alertWhenNoData',
    'alertWhenResolved',
    'alertWhenBreaching',
    'conditions',
    'notificationTargets',
  ],
  AlertCondition: ['description', 'severity', 'condition'],
  AlertNotificationTarget: ['description', 'target'],
  DataSource: ['description', 'type', 'connectionDetails'],
};

/** What RFC 1123 calls a label; OpenSLO asks for it. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const NAME_CHARS_MAX = 63;

export interface Metadata {
  readonly name: string;
  readonly displayName: string | undefined;
  /** By name, each with its place. */
  readonly annotations: ReadonlyMap<string, YamlValue>;
}

export interface OpenSloObject {
  readonly kind: 'SLO' | 'SLI';
  readonly value: YamlValue;
  readonly metadata: Metadata;
  readonly spec: YamlValue;
}

/** The objects of a document: one, or a list of them. */
export function listObjects(root: YamlValue): readonly YamlValue[] {
  return root.kind === 'list' ? root.list() : [root];
}

/** Whether a document is one of OpenSLO, and not a configuration or a rule file. */
export function isOpenSlo(root: YamlValue): boolean {
  const [first] = listObjects(root);
  return first?.kind === 'map' && first.entries().some(({ key }) => key.string() === 'apiVersion');
}

/** Reads what all kinds have in common; undefined for a kind that has no effect, or a fault. */
export function readObject(value: YamlValue): OpenSloObject | undefined {
  const fields = value.fields(['apiVersion', 'kind', 'metadata', 'spec']);
  if (!checkVersion(value, fields.find('apiVersion'))) return undefined;
  const kind = readKind(value, fields.find('kind'));
  const metadata = readMetadata(value, fields.find('metadata'));
  const spec = fields.find('spec');
  if (kind === undefined) return undefined;
  if (kind !== 'SLO' && kind !== 'SLI') {
    spec?.fields(OTHER_SPECS[kind]);
    return undefined;
  }
  if (spec === undefined) value.fault(`this ${kind} has no spec`);
  if (spec === undefined || metadata === undefined) return undefined;
  return { kind, value, metadata, spec };
}

function checkVersion(owner: YamlValue, value: YamlValue | undefined): boolean {
  const version = value?.string();
  if (version === API_VERSION) return true;
  const at = value ?? owner;
  if (version !== undefined && OTHER_VERSIONS.includes(version)) {
    at.fault(`apiVersion ${version} is not supported by this version; write ${API_VERSION}`);
  } else {
    at.fault(`apiVersion must be ${API_VERSION}, got "${version ?? ''}"`);
  }
  return false;
}

function readKind(owner: YamlValue, value: YamlValue | undefined): OpenSloKind | undefined {
  const text = value?.string() ?? '';
  const kind = KINDS.find((one) => one === text);
  if (kind === undefined) {
    (value ?? owner).fault(`kind "${text}" is not known; known are ${KINDS.join(', ')}`);
  }
  return kind;
}

/** Reads the metadata of an object, or of one that stands within another. */
export function readMetadata(owner: YamlValue, value: YamlValue | undefined): Metadata | undefined {
  const fields = value?.fields(['name', 'displayName', 'labels', 'annotations']);
  const name = fields?.find('name');
  if (name === undefined) {
    (value ?? owner).fault('this object has no metadata.name');
    return undefined;
  }
  checkName(name);
  for (const { value: label } of fields?.find('labels')?.entries() ?? []) {
    if (label.kind === 'list') label.list().forEach((one) => void one.string());
    else label.string();
  }
  const annotations = new Map<string, YamlValue>();
  for (const entry of fields?.find('annotations')?.entries() ?? []) {
    entry.value.string();
    annotations.set(entry.key.string(), entry.value);
  }
  return { name: name.string(), displayName: fields?.find('displayName')?.string(), annotations };
}

/** A name as OpenSLO wants it: it is a label of series and a part of addresses, too. */
export function checkName(value: YamlValue): void {
  const name = value.string();
  if (NAME.test(name) && name.length <= NAME_CHARS_MAX) return;
  value.fault(
    `${value.path} must be at most ${NAME_CHARS_MAX} lower case letters, digits and "-", with a ` +
      `letter or digit at both ends, got "${name}"`,
  );
}

/** Notes a fault at each of these fields that is there. */
export function refuseFields(fields: YamlFields, refused: Readonly<Record<string, string>>): void {
  for (const [name, advice] of Object.entries(refused)) {
    fields.find(name)?.fault(`${name} is not supported by this version; ${advice}`);
  }
}
