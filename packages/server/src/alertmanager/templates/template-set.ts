/**
 * The templates of a configuration: those that are always there, those of its files, and the texts
 * of its receivers, each read once.
 */
import {
  createTemplateLanguage,
  isBlankTemplate,
  loadHtmlTemplates,
  type ParsedTemplates,
  type Value,
} from '../../template/index.ts';
import { MESSAGE_LIMITS, TEMPLATES_CHARS_MAX, TEMPLATES_MAX } from '../limits.ts';
import { DEFAULT_TEMPLATES } from './defaults.ts';
import { MESSAGE_FUNCTIONS, type MessageEnvironment } from './functions.ts';

/** A file of templates, under its name without its folder. */
export interface TemplateFile {
  readonly name: string;
  readonly text: string;
}

/** Whether what comes out is HTML, in which values are escaped. */
export type TemplateFormat = 'text' | 'html';

export interface TemplateSet {
  /** Reads a text, so that its faults are known; throws a TemplateSyntaxError. */
  check(text: string, format: TemplateFormat): void;
  /** Throws a TemplateSyntaxError or a TemplateExecutionError. */
  expand(
    text: string,
    run: {
      readonly format: TemplateFormat;
      readonly data: Value;
      readonly environment: MessageEnvironment;
    },
  ): string;
}

const { escapeTemplates, HTML_FUNCTIONS } = await loadHtmlTemplates();

const LANGUAGE = createTemplateLanguage(
  new Map([...MESSAGE_FUNCTIONS, ...HTML_FUNCTIONS]),
  MESSAGE_LIMITS,
);

/** What errors call a text of a receiver, as in Alertmanager. */
const ROOT = '';

/** Reads one file alone; throws a TemplateSyntaxError. */
export function parseTemplateFile(file: TemplateFile): ParsedTemplates {
  return LANGUAGE.parse(file);
}

/** Builds the set of some files, of which later ones replace templates of the earlier. */
export function createTemplateSet(files: readonly ParsedTemplates[]): TemplateSet {
  const defaults = LANGUAGE.parse({ name: ROOT, text: DEFAULT_TEMPLATES });
  const defined = files.reduce(merge, defaults);
  const read = new Map<string, ParsedTemplates>();
  let readChars = 0;
  const open = (text: string, format: TemplateFormat): ParsedTemplates => {
    const key = `${format} ${text}`;
    const known = read.get(key);
    if (known !== undefined) return known;
    const own = LANGUAGE.parse({ name: ROOT, text });
    const all = new Map([...merge(defined, own), ...pick(own, ROOT)]);
    const opened = format === 'html' ? escapeTemplates(all, ROOT) : all;
    // Texts that are made of others are not known beforehand, and may be many.
    if (read.size >= TEMPLATES_MAX || readChars + text.length > TEMPLATES_CHARS_MAX) return opened;
    readChars += text.length;
    read.set(key, opened);
    return opened;
  };
  return {
    check: (text, format) => void open(text, format),
    expand(text, { format, data, environment }) {
      if (format === 'text' && !text.includes('{{')) return text;
      return LANGUAGE.execute({ name: ROOT, templates: open(text, format), data, environment });
    },
  };
}

function pick(templates: ParsedTemplates, name: string): ParsedTemplates {
  return new Map([...templates].filter(([one]) => one === name));
}

/** A template of white space alone replaces no other, as in Go. */
function merge(earlier: ParsedTemplates, later: ParsedTemplates): ParsedTemplates {
  const merged = new Map(earlier);
  for (const [name, template] of later) {
    if (!merged.has(name) || !isBlankTemplate(template.statements)) merged.set(name, template);
  }
  return merged;
}
