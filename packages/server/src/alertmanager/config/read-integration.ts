/** What the readers of all integrations share. */
import type { HttpClientConfig, Secret } from '../../platform/index.ts';
import type { AttachmentField } from './integrations.ts';
import type { GlobalDefaults } from './read-global.ts';
import type { Section } from './section.ts';

/** One entry of `…_configs`, with what it inherits. */
export interface IntegrationSource {
  readonly section: Section;
  /** Among those of its kind. */
  readonly index: number;
  readonly global: GlobalDefaults;
}

/** The HTTP settings of an integration, which replace those of `global` as a whole. */
export function readHttp({ section, global }: IntegrationSource): HttpClientConfig {
  return section.http('http_config') ?? global.http;
}

export function readSendResolved({ section }: IntegrationSource, otherwise: boolean): boolean {
  return section.flag('send_resolved', otherwise);
}

/** The template that Alertmanager brings for a field: `{{ template "slack.default.text" . }}`. */
export function usualTemplate(name: string): string {
  return `{{ template "${name}" . }}`;
}

/** A secret, or the one that `global` has under `globalKey`; a fault where there is neither. */
export function needSecret(
  section: Section,
  found: Secret | undefined,
  { key, globalKey }: { readonly key: string; readonly globalKey?: string },
): Secret {
  if (found !== undefined) return found;
  const elsewhere = globalKey === undefined ? '' : `, or global ${globalKey}`;
  section.fault(`${section.value.path} needs ${key} or ${key}_file${elsewhere}`);
  return { kind: 'text', text: '' };
}

/** Addresses to which a path is added end with a slash. */
export function withSlash(url: string): string {
  const [path] = /^[^?#]*/.exec(url) ?? [''];
  return path.endsWith('/') ? url : `${path}/${url.slice(path.length)}`;
}

/** Fields of an attachment in Slack's shape. */
export function readAttachmentFields(section: Section): readonly AttachmentField[] {
  return section.sections('fields').map((field) => ({
    title: field.required('title'),
    value: field.required('value'),
    short: field.find('short')?.boolean(),
  }));
}

/** One of a few words; absent means `otherwise`. */
export function readOneOf<Word extends string>(
  section: Section,
  key: string,
  { words, otherwise }: { readonly words: readonly Word[]; readonly otherwise: Word },
): Word {
  const text = section.text(key, otherwise);
  const word = words.find((one) => one === text);
  if (word === undefined) {
    const known = words.map((one) => `"${one}"`).join(', ');
    section.fault(`${section.value.path}.${key} must be one of ${known}, got "${text}"`, key);
  }
  return word ?? otherwise;
}
