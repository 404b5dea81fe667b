/**
 * Hosts under node_exporter's names, by whoever writes them. A service of several hosts shows its
 * fullest: an average over a fleet hides the one that is on fire.
 */
import type { Convention, LineRecipe } from '../model.ts';

/** What has no room to run out of, or is always full. */
const REAL_FILESYSTEM = 'fstype!~"tmpfs|ramfs|devtmpfs|squashfs|iso9660|erofs|nsfs|autofs|fuse.*"';
const REAL_DISK = 'device!~"loop.*|ram.*|sr.*|fd.*|zram.*"';
/** Traffic of containers passes the real card once more. */
const REAL_CARD = 'device!~"lo|veth.*|docker.*|br-.*|virbr.*|cali.*|cni.*|flannel.*|tunl.*"';

const rateOf = (metric: string, where: string): string => `sum(rate(${metric}{${where}}[1m]))`;

function lineOfSeconds(name: string, quantile: number): LineRecipe {
  const buckets = 'rate(nines_host_cpu_utilization_ratio_bucket[1m])';
  return { name, expression: `histogram_quantile(${quantile}, sum by (le) (${buckets}))` };
}

function lineOfStall(name: string, resource: string): LineRecipe {
  const metric = `node_pressure_${resource}_seconds_total`;
  return { name, expression: `max(rate(${metric}[1m]))` };
}

export const NODE_EXPORTER: Convention = {
  name: 'node_exporter',
  source: 'https://github.com/prometheus/node_exporter#collectors',
  slot: 'resources',
  signals: [
    {
      kind: 'traffic',
      title: 'Network, bytes per second',
      unit: 'bytes',
      lines: [
        { name: 'received', expression: rateOf('node_network_receive_bytes_total', REAL_CARD) },
        { name: 'sent', expression: rateOf('node_network_transmit_bytes_total', REAL_CARD) },
      ],
    },
    {
      kind: 'errors',
      title: 'Network packets lost',
      unit: 'per_second',
      lines: [
        {
          name: 'receive errors',
          expression: rateOf('node_network_receive_errs_total', REAL_CARD),
        },
        { name: 'receive drops', expression: rateOf('node_network_receive_drop_total', REAL_CARD) },
        { name: 'send errors', expression: rateOf('node_network_transmit_errs_total', REAL_CARD) },
        { name: 'send drops', expression: rateOf('node_network_transmit_drop_total', REAL_CARD) },
      ],
    },
    {
      kind: 'saturation',
      title: 'Fullest host',
      unit: 'ratio',
      isFullness: true,
      lines: [
        {
          name: 'CPU',
          expression:
            'max(1 - avg without (cpu, mode) (rate(node_cpu_seconds_total{mode="idle"}[1m])))',
        },
        {
          name: 'memory',
          expression: 'max(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)',
        },
        {
          name: 'filesystem',
          expression:
            `max(1 - node_filesystem_avail_bytes{${REAL_FILESYSTEM}}` +
            ` / (node_filesystem_size_bytes{${REAL_FILESYSTEM}} > 0))`,
        },
        {
          name: 'inodes',
          expression:
            `max(1 - node_filesystem_files_free{${REAL_FILESYSTEM}}` +
            ` / (node_filesystem_files{${REAL_FILESYSTEM}} > 0))`,
        },
        {
          name: 'disk',
          expression: `max(rate(node_disk_io_time_seconds_total{${REAL_DISK}}[1m]))`,
        },
      ],
    },
    {
      // Nines' own addition for the machine that it runs on: an average of a minute, or of a
      // scrape, hides the seconds in which nothing else got through.
      kind: 'saturation',
      title: 'CPU, second by second',
      unit: 'ratio',
      lines: [lineOfSeconds('p50', 0.5), lineOfSeconds('p99', 0.99)],
    },
    {
      kind: 'saturation',
      title: 'Load per core',
      unit: 'count',
      lines: [
        {
          name: 'load1',
          expression:
            'max(node_load1 / count without (cpu, mode) (node_cpu_seconds_total{mode="idle"}))',
        },
      ],
    },
    {
      kind: 'saturation',
      title: 'Time that work stood waiting',
      unit: 'ratio',
      lines: [
        lineOfStall('for CPU', 'cpu_waiting'),
        lineOfStall('for memory', 'memory_waiting'),
        lineOfStall('for disks', 'io_waiting'),
      ],
    },
  ],
  advice: {
    latency: 'a host serves no requests itself: latency is told by the services that run on it',
  },
};
