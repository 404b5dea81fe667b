/** What a function of templates is, and what it may ask of the world. */
import type { VectorSample } from '../engine.ts';
import type { ParameterType, Value } from './value.ts';

/** The world as an expansion sees it. */
export interface TemplateEnvironment {
  /** The instant of the evaluation, epoch milliseconds. */
  readonly nowMs: number;
  /** Where people reach this server. */
  readonly externalUrl: string;
  /** Evaluates an expression at that instant; may throw. */
  query(expression: string): readonly VectorSample[];
}

/** A function: the types of its parameters, of the optional rest, and what it answers. */
export interface TemplateFunction {
  readonly parameters: readonly ParameterType[];
  /** The type of any number of further arguments. */
  readonly rest?: ParameterType;
  /** Throws where it fails; the message becomes `error calling NAME: …`. */
  call(args: readonly Value[], environment: TemplateEnvironment): Value;
}

/** Functions by name. */
export type FunctionTable = ReadonlyMap<string, TemplateFunction>;
