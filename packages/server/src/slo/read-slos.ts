/**
 * Reads objectives from OpenSLO v1 files.
 *
 * What Nines does is read; what it does not do yet is refused with its place and the words "not
 * supported by this version", and never ignored in silence: an objective that is half understood
 * reports a number that nobody meant.
 */
import { createHash } from 'node:crypto';
import {
  type Fault,
  readYamlDocuments,
  type YamlFields,
  type YamlValue,
} from '../platform/index.ts';
import { defaultAlerts, parseAlerts } from './burn-rate.ts';
import { describeTerms, parseCountedQuery } from './indicator.ts';
import { OBJECTS_PER_FILE_MAX, SLOS_MAX } from './limits.ts';
import type { BurnRateAlert, CountedQuery, Indicator, Slo } from './model.ts';
import {
  checkName,
  isOpenSlo,
  listObjects,
  type OpenSloObject,
  readMetadata,
  readObject,
  refuseFields,
} from './open-slo.ts';
import { readWindow } from './read-window.ts';
import { nominalMs } from './time-window.ts';

/** The annotation that replaces the usual alerts of an objective. */
export const ALERTS_ANNOTATION = 'nines.dev/burn-rate-alerts';
const OWN_PREFIX = 'nines.dev/';

export interface SloFile {
  readonly file: string;
  readonly text: string;
}

/** Whether a text is of OpenSLO; a broken one is not. */
export function isSloFile(text: string): boolean {
  const [root] = readYamlDocuments({ text, file: '' }).roots;
  return root !== undefined && isOpenSlo(root);
}

/** Reads files together, since an SLO may name an SLI of another one. */
export function readSlos(files: readonly SloFile[]): {
  readonly slos: readonly Slo[];
  readonly faults: readonly Fault[];
} {
  const faults: Fault[] = [];
  const objects = files.flatMap((file) => {
    const read = readYamlDocuments(file);
    // The list grows while values are read, so it is looked at in the end.
    return [{ read, objects: readObjects(read.roots) }];
  });
  const all = objects.flatMap((one) => one.objects);
  const indicators = readIndicators(all);
  const slos = new Map<string, Slo>();
  for (const object of all.filter(({ kind }) => kind === 'SLO')) {
    const slo = readSlo(object, indicators);
    if (slo === undefined) continue;
    if (slos.has(slo.name)) object.value.fault(`SLO "${slo.name}" is declared twice`);
    else if (slos.size >= SLOS_MAX) object.value.fault(`there are more than ${SLOS_MAX} SLOs`);
    else slos.set(slo.name, slo);
  }
  for (const { read } of objects) faults.push(...read.faults);
  return { slos: [...slos.values()], faults };
}

function readObjects(roots: readonly YamlValue[]): readonly OpenSloObject[] {
  const values = roots.flatMap(listObjects);
  if (values.length > OBJECTS_PER_FILE_MAX) {
    values[0].fault(
      `${values.length} objects in one file; at most ${OBJECTS_PER_FILE_MAX} are read`,
    );
  }
  return values.slice(0, OBJECTS_PER_FILE_MAX).flatMap((value) => readObject(value) ?? []);
}

type Indicators = ReadonlyMap<string, Indicator | undefined>;

/** All that have a name of their own; undefined: it has faults, which are told already. */
function readIndicators(objects: readonly OpenSloObject[]): Indicators {
  const indicators = new Map<string, Indicator | undefined>();
  for (const { kind, value, metadata, spec } of objects) {
    if (kind !== 'SLI') continue;
    if (indicators.has(metadata.name)) value.fault(`SLI "${metadata.name}" is declared twice`);
    indicators.set(metadata.name, readIndicator(spec));
  }
  return indicators;
}

const SLO_FIELDS = [
  'description',
  'service',
  'indicator',
  'indicatorRef',
  'timeWindow',
  'budgetingMethod',
  'objectives',
  'alertPolicies',
];

function readSlo(object: OpenSloObject, indicators: Indicators): Slo | undefined {
  const { value, metadata, spec } = object;
  const fields = spec.fields(SLO_FIELDS);
  const service = fields.find('service');
  if (service === undefined) spec.fault('this SLO has no service');
  else checkName(service);
  checkMethod(spec, fields.find('budgetingMethod'));
  refuseFields(fields, {
    alertPolicies: `alerts follow from the budget; take it out, and say what else you want with the annotation ${ALERTS_ANNOTATION}`,
  });
  const window = readWindow(spec, fields.find('timeWindow'));
  const objective = readObjective(spec, fields.find('objectives'));
  const indicator = readOwnIndicator(spec, fields, indicators);
  const alerts = readAlerts(metadata.annotations);
  if (service === undefined || window === undefined) return undefined;
  if (objective === undefined || indicator === undefined) return undefined;
  const { name } = metadata;
  return {
    name,
    displayName: metadata.displayName ?? name,
    description: fields.find('description')?.string(),
    service: service.string(),
    objective,
    window,
    indicator,
    alerts: alerts ?? defaultAlerts(nominalMs(window)),
    definition: hashOf(indicator),
    place: value.place,
  };
}

function checkMethod(owner: YamlValue, value: YamlValue | undefined): void {
  const method = value?.string();
  if (method === 'Occurrences') return;
  if (method === 'Timeslices' || method === 'RatioTimeslices') {
    value?.fault(`budgetingMethod ${method} is not supported by this version; write Occurrences`);
  } else {
    (value ?? owner).fault(`budgetingMethod must be Occurrences, got "${method ?? ''}"`);
  }
}

const OBJECTIVE_FIELDS = [
  'displayName',
  'target',
  'targetPercent',
  'op',
  'value',
  'timeSliceTarget',
  'timeSliceWindow',
  'indicator',
  'indicatorRef',
  'compositeWeight',
];

function readObjective(owner: YamlValue, value: YamlValue | undefined): number | undefined {
  const [item, ...more] = value?.list() ?? [];
  if (item === undefined) {
    (value ?? owner).fault('this SLO has no objectives; name one: [{target: 0.999}]');
    return undefined;
  }
  more.forEach((one) =>
    one.fault('a second objective is not supported by this version; write a second SLO'),
  );
  const fields = item.fields(OBJECTIVE_FIELDS);
  refuseFields(fields, {
    op: 'it belongs to thresholds; take it out',
    value: 'it belongs to thresholds; take it out',
    timeSliceTarget: 'events are counted one by one; take it out',
    timeSliceWindow: 'events are counted one by one; take it out',
    indicator: 'give the SLO itself an indicator',
    indicatorRef: 'give the SLO itself an indicatorRef',
    compositeWeight: 'take it out, and write an SLO for each part',
  });
  const target = fields.find('target');
  const percent = fields.find('targetPercent');
  const given = target ?? percent;
  if (given === undefined || (target !== undefined && percent !== undefined)) {
    item.fault('an objective has either target, such as 0.999, or targetPercent, such as 99.9');
    return undefined;
  }
  const number = given.number();
  return checkTarget(given, target === undefined ? Number((number / 100).toPrecision(12)) : number);
}

function checkTarget(value: YamlValue, ratio: number): number | undefined {
  if (ratio > 0 && ratio < 1) return ratio;
  if (ratio === 1) {
    value.fault('100 % leaves no budget: the first failure breaks it for good; aim lower');
  } else if (ratio === 0) {
    value.fault('0 % is met by failing always; aim higher');
  } else {
    value.fault(`${value.path} must be between 0 and 100 %, got ${value.string()}`);
  }
  return undefined;
}

function readOwnIndicator(
  spec: YamlValue,
  fields: YamlFields,
  indicators: Indicators,
): Indicator | undefined {
  const inline = fields.find('indicator');
  const reference = fields.find('indicatorRef');
  if ((inline === undefined) === (reference === undefined)) {
    spec.fault('an SLO has either an indicator or an indicatorRef');
    return undefined;
  }
  if (reference !== undefined) {
    const name = reference.string();
    if (!indicators.has(name)) reference.fault(`there is no SLI "${name}" in the SLO files`);
    return indicators.get(name);
  }
  const own = inline?.fields(['metadata', 'spec']);
  const ownMetadata = own?.find('metadata');
  if (ownMetadata !== undefined) readMetadata(spec, ownMetadata);
  const ownSpec = own?.find('spec');
  if (ownSpec !== undefined) return readIndicator(ownSpec);
  inline?.fault('this indicator has no spec');
  return undefined;
}

function readIndicator(spec: YamlValue): Indicator | undefined {
  const fields = spec.fields(['description', 'ratioMetric', 'thresholdMetric']);
  refuseFields(fields, {
    thresholdMetric:
      'count requests instead: those faster than the threshold (a _bucket of a histogram) as good, its _count as total',
  });
  const ratio = fields.find('ratioMetric');
  if (ratio === undefined) {
    if (fields.find('thresholdMetric') === undefined)
      spec.fault('this indicator has no ratioMetric');
    return undefined;
  }
  const parts = ratio.fields(['counter', 'good', 'bad', 'total', 'raw', 'rawType']);
  refuseFields(parts, {
    raw: 'give good (or bad) and total, which can be counted',
    rawType: 'give good (or bad) and total, which can be counted',
  });
  if (parts.find('counter')?.boolean() !== true) {
    (parts.find('counter') ?? ratio).fault(
      'a ratioMetric without counter: true is not supported by this version; write the counters themselves',
    );
  }
  const total = parts.find('total');
  const good = parts.find('good');
  const bad = parts.find('bad');
  if (total === undefined || (good === undefined) === (bad === undefined)) {
    if (parts.find('raw') === undefined) {
      ratio.fault('a ratioMetric has total, and either good or bad');
    }
    return undefined;
  }
  const read = { good: readMetric(good), bad: readMetric(bad), total: readMetric(total) };
  if (read.total === undefined || (read.good ?? read.bad) === undefined) return undefined;
  return { good: read.good, bad: read.bad, total: read.total };
}

function readMetric(value: YamlValue | undefined): CountedQuery | undefined {
  if (value === undefined) return undefined;
  const source = value.fields(['metricSource']).find('metricSource');
  if (source === undefined) {
    value.fault(`${value.path} has no metricSource`);
    return undefined;
  }
  const fields = source.fields(['metricSourceRef', 'type', 'spec']);
  fields.find('metricSourceRef')?.string();
  const type = fields.find('type');
  if (type !== undefined && type.string().toLowerCase() !== 'prometheus') {
    type.fault(
      `metric source ${type.string()} is not supported by this version; want Prometheus, whose series Nines has itself`,
    );
    return undefined;
  }
  const spec = fields.find('spec')?.fields(['query', 'dimensions']);
  if (spec !== undefined) {
    refuseFields(spec, { dimensions: 'say which series are meant in the query itself' });
  }
  const query = spec?.find('query');
  if (query === undefined) {
    source.fault('a metricSource of Prometheus has a spec with a query');
    return undefined;
  }
  const read = parseCountedQuery(query.string());
  if ('terms' in read) return read;
  query.fault(`cannot count "${query.string().trim()}": ${read.message}`);
  return undefined;
}

function readAlerts(
  annotations: ReadonlyMap<string, YamlValue>,
): readonly BurnRateAlert[] | undefined {
  for (const [name, value] of annotations) {
    if (name.startsWith(OWN_PREFIX) && name !== ALERTS_ANNOTATION) {
      value.fault(`annotation ${name} is not known; known is ${ALERTS_ANNOTATION}`);
    }
  }
  const value = annotations.get(ALERTS_ANNOTATION);
  const alerts = value === undefined ? undefined : parseAlerts(value.string());
  if (typeof alerts !== 'string') return alerts;
  value?.fault(`${ALERTS_ANNOTATION}: ${alerts}`);
  return undefined;
}

/** Short: it is a label of series, and only definitions of one name must differ. */
function hashOf({ good, bad, total }: Indicator): string {
  const parts = [good, bad, total].map((query) =>
    query === undefined ? '' : describeTerms(query),
  );
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}
