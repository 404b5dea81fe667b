/** /proc/net/dev: what each network device received and sent. */
import type { Family } from './family.ts';
import { DEVICES_MAX } from './limits.ts';

/** In the order of the columns: eight received, eight sent. */
const COLUMNS = [
  ...['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast'].map(
    (field) => `receive_${field}`,
  ),
  ...['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed'].map(
    (field) => `transmit_${field}`,
  ),
];

export function parseNetwork(text: string): readonly Family[] {
  const devices = [...text.matchAll(/^ *([^\s:]+): *([\d ]+)$/gm)]
    .slice(0, DEVICES_MAX)
    .map(([, device, columns]) => ({ device, columns: columns.trim().split(/ +/).map(Number) }))
    .filter(({ columns }) => columns.length === COLUMNS.length);
  return COLUMNS.map(
    (field, i): Family => ({
      name: `node_network_${field}_total`,
      type: 'counter',
      help: `Network device statistic ${field}.`,
      samples: devices.map(({ device, columns }) => ({ labels: { device }, value: columns[i] })),
    }),
  );
}
