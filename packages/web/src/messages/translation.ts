/** What makes a catalogue of another language whole. */
import type { PluralForms, TemplatesOf, ParamNames } from './translate.ts';

/** A part of a catalogue with the keys of its English part, and no others. */
export type Translation<Source> = {
  readonly [Key in keyof Source]: Source[Key] extends string ? string : PluralForms;
};

/** The keys whose templates do not take the same parameters in both languages. */
export type ParamFaults<Source, Target> = {
  readonly [Key in keyof Source & keyof Target]: [
    Params<Source[Key]>,
    Params<Target[Key]>,
  ] extends [Params<Target[Key]>, Params<Source[Key]>]
    ? never
    : Key;
}[keyof Source & keyof Target];

type Params<Message> = ParamNames<TemplatesOf<Message>>;

/** Does not compile unless there are none; the error names the keys. */
export type NoFaults<Faults extends never> = Faults;
