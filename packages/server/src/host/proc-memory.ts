/** /proc/meminfo: each line is a metric of its own (man 5 proc_meminfo). */
import { type Family, single } from './family.ts';

/** The kernel writes "kB" and means 1,024 bytes. */
const BYTES_PER_UNIT = 1024;

export function parseMemory(text: string): readonly Family[] {
  return [...text.matchAll(/^([A-Za-z0-9_()]+): +(\d+)( kB)?$/gm)].map(
    ([, key, digits, unit]): Family => {
      const field = key.replaceAll('(', '_').replaceAll(')', '');
      const isBytes = unit !== undefined;
      const name = `node_memory_${field}${isBytes ? '_bytes' : ''}`;
      const help = `Memory information field ${field}${isBytes ? '_bytes' : ''}.`;
      return single('gauge', name, {
        help,
        value: Number(digits) * (isBytes ? BYTES_PER_UNIT : 1),
      });
    },
  );
}
