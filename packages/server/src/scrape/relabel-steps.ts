/** Relabelling rule by rule, for people who ask why a target is as it is, or is none. */
import type { Labels } from '../series/index.ts';
import { LabelBuilder } from './label-builder.ts';
import { compileRelabelRules, type RelabelConfig, relabelInPlace } from './relabel.ts';

/** A rule and what it made of the labels. */
export interface RelabelStep {
  readonly rule: RelabelConfig;
  /** After the rule; undefined: it, or one before it, dropped them. */
  readonly labels: Labels | undefined;
}

/** Runs the rules over a set of labels and notes what each of them makes of it. */
export function listRelabelSteps(
  configs: readonly RelabelConfig[],
  labels: Labels,
): readonly RelabelStep[] {
  const builder = new LabelBuilder(labels);
  let isKept = true;
  return compileRelabelRules(configs).map((rule, i) => {
    isKept &&= relabelInPlace(builder, [rule]);
    return { rule: configs[i], labels: isKept ? builder.labels() : undefined };
  });
}
