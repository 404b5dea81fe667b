/** Reads `services:` of the configuration file. */
import { errorMessage, type YamlFields, type YamlValue } from '../platform/index.ts';
import { createMatcher, type Matcher } from '../series/index.ts';
import { SERVICES_MAX } from './limits.ts';
import type { Service } from './model.ts';
import { parseSelector } from './selector.ts';

const FIELDS = ['name', 'owner', 'description', 'match', 'playbook', 'escalation_policy'];

/**
 * Reads the declared services. Faults are noted at their place; a service without a usable name
 * is left out.
 */
export function readServices(
  value: YamlValue | undefined,
  known: { readonly policyNames?: readonly string[] } = {},
): Service[] {
  const items = value?.list() ?? [];
  if (items.length > SERVICES_MAX) {
    value?.fault(`services has ${items.length} entries; at most ${SERVICES_MAX} are read`);
  }
  const services = new Map<string, Service>();
  for (const item of items.slice(0, SERVICES_MAX)) {
    const service = readService(item, known.policyNames);
    if (service === undefined) continue;
    if (services.has(service.name)) item.fault(`service "${service.name}" is declared twice`);
    else services.set(service.name, service);
  }
  return [...services.values()];
}

function readService(
  item: YamlValue,
  policyNames: readonly string[] | undefined,
): Service | undefined {
  const fields = item.fields(FIELDS);
  const name = readRequired(item, fields, 'name');
  const owner = readRequired(item, fields, 'owner');
  const escalationPolicy = fields.find('escalation_policy');
  const policyName = escalationPolicy?.string();
  if (policyName !== undefined && policyNames?.includes(policyName) === false) {
    escalationPolicy?.fault(
      `escalation policy "${policyName}" is not declared; known are ${policyNames.join(', ')}`,
    );
  }
  if (name === '') return undefined;
  return {
    name,
    owner,
    description: fields.find('description')?.string(),
    selectors: readSelectors(fields.find('match'), name),
    playbook: readUrl(fields.find('playbook')),
    escalationPolicy: policyName,
    isDeclared: true,
  };
}

function readRequired(item: YamlValue, fields: YamlFields, key: string): string {
  const text = fields.find(key)?.string();
  if (text === undefined || text.trim() === '') item.fault(`${item.path} has no ${key}`);
  return text?.trim() ?? '';
}

/** One selector may stand alone; several are alternatives. */
function readSelectors(value: YamlValue | undefined, name: string): (readonly Matcher[])[] {
  if (value === undefined) return [[createMatcher('job', '=', name)]];
  const items = value.kind === 'scalar' ? [value] : value.list();
  if (items.length === 0) value.fault(`${value.path} names no selector; remove it to match by job`);
  const selectors: (readonly Matcher[])[] = [];
  for (const item of items) {
    try {
      const text = item.string();
      if (text !== '') selectors.push(parseSelector(text));
    } catch (error) {
      item.fault(`${item.path}: ${errorMessage(error)}`);
    }
  }
  return selectors;
}

function readUrl(value: YamlValue | undefined): string | undefined {
  const text = value?.string();
  if (value === undefined || text === undefined || text === '') return undefined;
  const protocol = URL.parse(text)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return text;
  value.fault(`${value.path} must be an http or https address, got "${text}"`);
  return undefined;
}
