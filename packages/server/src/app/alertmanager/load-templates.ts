/** Reads the templates of a configuration, and tries the texts of its receivers. */
import type {
  AlertmanagerMessages,
  TemplateFormat,
  TemplateSet,
} from '../../alertmanager/index.ts';
import { AppError, type Fault, type YamlValue } from '../../platform/index.ts';
import { TemplateSyntaxError } from '../../template/index.ts';
import { readTemplateFiles } from './template-files.ts';

export interface LoadedTemplates {
  readonly templates: TemplateSet;
  /** In its files and in the texts of receivers; with any, the configuration must not be used. */
  readonly faults: readonly Fault[];
}

/** Loads the files of some patterns; `root` is the document of the configuration. */
export function loadTemplates(
  patterns: readonly string[],
  root: YamlValue,
  messages: AlertmanagerMessages,
): LoadedTemplates {
  const faults: Fault[] = [];
  const parsed = patterns.flatMap((pattern) => readPattern(pattern, { root, faults, messages }));
  const templates = messages.createTemplateSet(parsed);
  // What a text calls may stand in a file that could not be read.
  if (faults.length === 0) faults.push(...checkReceivers(root, templates));
  return { templates, faults };
}

function readPattern(
  pattern: string,
  context: {
    readonly root: YamlValue;
    readonly faults: Fault[];
    readonly messages: AlertmanagerMessages;
  },
): readonly ReturnType<AlertmanagerMessages['parseTemplateFile']>[] {
  const { root, faults, messages } = context;
  try {
    return readTemplateFiles(pattern).flatMap(({ path, name, text }) => {
      try {
        return [messages.parseTemplateFile({ name, text })];
      } catch (error) {
        if (!(error instanceof TemplateSyntaxError)) throw error;
        faults.push({ ...placeIn(path, text, error.offset), message: error.message });
        return [];
      }
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    faults.push({ ...root.place, message: error.message });
    return [];
  }
}

function placeIn(file: string, text: string, offset: number): Omit<Fault, 'message'> {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { file, line, column: before.length - before.lastIndexOf('\n') };
}

/** Maps of a receiver whose texts are no templates. */
const NO_TEMPLATES: ReadonlySet<string> = new Set([
  'http_config',
  'tls_config',
  'sigv4',
  'threading',
]);

/** All texts of receivers are templates; each is read as it will be. */
function checkReceivers(root: YamlValue, templates: TemplateSet): readonly Fault[] {
  const receivers = find(root, 'receivers');
  return (receivers?.kind === 'list' ? receivers.list() : []).flatMap((receiver) =>
    entriesOf(receiver).flatMap(([key, configs]) =>
      key.endsWith('_configs') && configs.kind === 'list'
        ? configs.list().flatMap((config) => checkConfig(key, config, templates))
        : [],
    ),
  );
}

function checkConfig(kind: string, config: YamlValue, templates: TemplateSet): readonly Fault[] {
  return entriesOf(config).flatMap(([key, value]) => {
    if (NO_TEMPLATES.has(key)) return [];
    const format = isHtml(kind, key, config) ? 'html' : 'text';
    return checkTexts(value, format, templates);
  });
}

/** The fields in which values are escaped for HTML. */
function isHtml(kind: string, key: string, config: YamlValue): boolean {
  if (kind === 'email_configs') return key === 'html';
  if (key !== 'message') return false;
  if (kind === 'pushover_configs') return readWord(find(config, 'html')) === 'true';
  return kind === 'telegram_configs' && (readWord(find(config, 'parse_mode')) ?? 'HTML') === 'HTML';
}

function checkTexts(
  value: YamlValue,
  format: TemplateFormat,
  templates: TemplateSet,
): readonly Fault[] {
  switch (value.kind) {
    case 'empty':
      return [];
    case 'list':
      return value.list().flatMap((item) => checkTexts(item, format, templates));
    case 'map':
      return entriesOf(value).flatMap(([, inner]) => checkTexts(inner, format, templates));
    case 'scalar': {
      const text = value.string();
      if (format === 'text' && !text.includes('{{')) return [];
      try {
        templates.check(text, format);
        return [];
      } catch (error) {
        if (!(error instanceof TemplateSyntaxError)) throw error;
        const { place, path } = value;
        return [{ ...place, path, message: `${path}: ${error.message}` }];
      }
    }
  }
}

function entriesOf(value: YamlValue): readonly (readonly [string, YamlValue])[] {
  if (value.kind !== 'map') return [];
  return value
    .entries()
    .filter(({ key }) => key.kind === 'scalar')
    .map((entry) => [entry.key.string(), entry.value] as const);
}

function find(value: YamlValue, name: string): YamlValue | undefined {
  return entriesOf(value).find(([key]) => key === name)?.[1];
}

function readWord(value: YamlValue | undefined): string | undefined {
  return value?.kind === 'scalar' ? value.string() : undefined;
}
