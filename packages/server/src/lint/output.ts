/** What the alerts of a rule do to people, told from its own labels. */
import type { Output } from '@nines/contract';
import { outputOf } from '../alerts/index.ts';
import type { AlertRule } from '../rules/index.ts';
import { createLabels } from '../series/index.ts';

/** The output; of a severity that a template makes, that of one that is not known. */
export function outputOfRule({ labels }: AlertRule): Output {
  return outputOf(createLabels(Object.fromEntries(labels)));
}
