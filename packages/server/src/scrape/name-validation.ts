/** Which names labels and metrics may have: any text, or only the old narrow character set. */
import { isPlainLabelName, isPlainMetricName } from '../series/index.ts';

export type NameValidation = 'utf8' | 'legacy';

/** Whether a label may have this name. */
export function isValidLabelName(name: string, validation: NameValidation): boolean {
  return validation === 'legacy' ? isPlainLabelName(name) : name !== '' && name.isWellFormed();
}

/** Whether a metric may have this name. */
export function isValidMetricName(name: string, validation: NameValidation): boolean {
  return validation === 'legacy' ? isPlainMetricName(name) : name !== '' && name.isWellFormed();
}
