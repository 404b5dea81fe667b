/** /proc/vmstat: paging, swapping, and processes that the kernel killed for want of memory. */
import type { Family } from './family.ts';

/** node_exporter's default choice of the page's hundred and more lines. */
const SHOWN = /^(oom_kill|pgpg|pswp|pg.*fault).*/;

export function parseVmstat(text: string): readonly Family[] {
  return [...text.matchAll(/^([a-z_]+) (\d+)$/gm)]
    .filter(([, field]) => SHOWN.test(field))
    .map(([, field, value]) => ({
      name: `node_vmstat_${field}`,
      type: 'untyped',
      help: `/proc/vmstat information field ${field}.`,
      samples: [{ value: Number(value) }],
    }));
}
