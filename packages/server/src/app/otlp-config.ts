/** Reads `otlp`, in Prometheus' syntax: how metrics of OpenTelemetry become series. */
import { type YamlValue, readFlag } from '../platform/index.ts';
import { DEFAULT_OTLP, type OtlpConfig, type TranslationStrategy } from '../remote/index.ts';

/** By the translation of names, whether names beyond the old character set come out of it. */
const TRANSLATIONS: ReadonlyMap<TranslationStrategy, boolean> = new Map([
  ['UnderscoreEscapingWithSuffixes', false],
  ['UnderscoreEscapingWithoutSuffixes', false],
  ['NoUTF8EscapingWithSuffixes', true],
  ['NoTranslation', true],
]);
const OTLP_KEYS = [
  'promote_all_resource_attributes',
  'keep_identifying_resource_attributes',
  'convert_histograms_to_nhcb',
  'promote_scope_metadata',
  'label_name_underscore_sanitization',
  'label_name_preserve_multiple_underscores',
  'promote_resource_attributes',
  'ignore_resource_attributes',
  'translation_strategy',
];

/** Reads the part; absent means Prometheus' defaults. */
export function readOtlp(value: YamlValue | undefined, isLegacyNames: boolean): OtlpConfig {
  if (value === undefined) return DEFAULT_OTLP;
  const fields = value.fields(OTLP_KEYS);
  const flag = (key: string, otherwise = false): boolean => readFlag(fields.find(key), otherwise);
  const promoted = fields.find('promote_resource_attributes');
  const ignored = fields.find('ignore_resource_attributes');
  const isAll = flag('promote_all_resource_attributes');
  if (isAll) promoted?.fault('promote_all_resource_attributes goes without a list of them');
  else ignored?.fault('ignore_resource_attributes needs promote_all_resource_attributes: true');
  const named = readAttributes(promoted);
  return {
    promoted: isAll ? 'all' : named,
    ignored: readAttributes(ignored),
    keepsIdentifying: flag('keep_identifying_resource_attributes'),
    convertsToCustomBuckets: flag('convert_histograms_to_nhcb'),
    promotesScope: flag('promote_scope_metadata'),
    strategy: readStrategy(fields.find('translation_strategy'), isLegacyNames),
    sanitizesLeadingUnderscore: flag('label_name_underscore_sanitization', true),
    keepsMultipleUnderscores: flag('label_name_preserve_multiple_underscores'),
  };
}

function readStrategy(value: YamlValue | undefined, isLegacyNames: boolean): TranslationStrategy {
  const text = value?.string() ?? DEFAULT_OTLP.strategy;
  const strategy = [...TRANSLATIONS.keys()].find((known) => known === text);
  if (strategy === undefined) {
    value?.fault(`translation_strategy must be one of ${[...TRANSLATIONS.keys()].join(', ')}`);
    return DEFAULT_OTLP.strategy;
  }
  if (TRANSLATIONS.get(strategy) === true && isLegacyNames) {
    value?.fault('this strategy needs metric_name_validation_scheme: utf8');
  }
  return strategy;
}

function readAttributes(value: YamlValue | undefined): readonly string[] {
  const names: string[] = [];
  for (const item of value?.list() ?? []) {
    const name = item.string().trim();
    if (name === '') item.fault(`${item.path} is an empty name of an attribute`);
    else if (names.includes(name)) item.fault(`the attribute "${name}" stands twice`);
    names.push(name);
  }
  return names;
}
