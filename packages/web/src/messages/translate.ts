/**
 * Turns a key of the catalogue and its parameters into a sentence.
 *
 * A message is a template with `{name}` for parameters and `**…**` for what stands out. A message
 * that depends on a number has one template for each plural form of the language, chosen by its
 * parameter `count`. The types of the parameters come from the templates, so a sentence with a
 * missing parameter does not compile.
 */
import { formatDecimal } from '../format/decimal.ts';
import { type Catalogue, en } from './en.ts';

export type MessageKey = keyof Catalogue;

export type ParamNames<Template> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

export type TemplatesOf<Message> = Message extends string ? Message : Message[keyof Message];

type IsPlural<Message> = Message extends string ? never : 'count';

type NamesOf<Key extends MessageKey> =
  | ParamNames<TemplatesOf<Catalogue[Key]>>
  | IsPlural<Catalogue[Key]>;

/** What a message needs: nothing, or an object with each of its parameters. */
export type MessageArgs<Key extends MessageKey, Value> = [NamesOf<Key>] extends [never]
  ? []
  : [params: Readonly<Record<NamesOf<Key>, Value>>];

/** A run of text of a message; `isStrong` where the template has `**…**`. */
export interface MessagePart<Value> {
  readonly isStrong: boolean;
  readonly value: Value | string;
}

/** A template for each plural form that the language has; every language has `other`. */
export interface PluralForms {
  readonly one?: string;
  readonly other: string;
}

/** A catalogue of any language: the keys of the English one. */
export type Messages = Readonly<Record<MessageKey, string | PluralForms>>;

const NUMBER = { fractionMax: 2 } as const;

let catalogue: Messages = en;

/** Called with the locale of the same language, before anything is drawn in it. */
export function setCatalogue(next: Messages): void {
  catalogue = next;
}

/** The message as plain text; numbers are written in the language of the catalogue. */
export function t<Key extends MessageKey>(
  key: Key,
  ...args: MessageArgs<Key, string | number>
): string {
  return splitMessage(key, args[0])
    .map(({ value }) => (typeof value === 'number' ? formatDecimal(value, NUMBER) : value))
    .join('');
}

/** The message in runs, with parameters of any kind in their places. */
export function tParts<Key extends MessageKey, Value>(
  key: Key,
  ...args: MessageArgs<Key, Value>
): readonly MessagePart<Value>[] {
  return splitMessage(key, args[0]);
}

function splitMessage<Value>(
  key: MessageKey,
  params: Readonly<Record<string, Value>> | undefined,
): readonly MessagePart<Value>[] {
  return chooseTemplate(catalogue[key], params)
    .split('**')
    .flatMap((run, index) => splitRun(run, params ?? {}, index % 2 === 1));
}

/** A language with more forms than one and many brings its rule along: Intl's is slow at first. */
function chooseTemplate(
  message: string | PluralForms,
  params: Readonly<Record<string, unknown>> | undefined,
): string {
  if (typeof message === 'string') return message;
  return (Math.abs(Number(params?.['count'])) === 1 ? message.one : undefined) ?? message.other;
}

function splitRun<Value>(
  run: string,
  params: Readonly<Record<string, Value>>,
  isStrong: boolean,
): readonly MessagePart<Value>[] {
  return run
    .split(/(\{\w+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const name = /^\{(\w+)\}$/.exec(piece)?.[1];
      const value = name === undefined ? undefined : params[name];
      return { isStrong, value: value ?? piece };
    });
}
