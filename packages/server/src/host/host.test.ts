import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock, createSeededRandom, type Random } from '../platform/index.ts';
import { createHostCollector } from './collector.ts';
import { createCpuUtilization } from './cpu-utilization.ts';
import { formatFamilies } from './family.ts';
import type { FilesystemSize } from './filesystem-size.ts';
import type { HostReader, PlainHost } from './host-reader.ts';
import { parseDisks } from './proc-disks.ts';
import { parseMemory } from './proc-memory.ts';
import { parseMounts } from './proc-mounts.ts';
import { parseNetwork } from './proc-network.ts';
import { parsePressure } from './proc-pressure.ts';
import { parseCpuTime, parseStat } from './proc-stat.ts';
import { parseVmstat } from './proc-vmstat.ts';

const STAT = `cpu  200 20 100 1000 40 0 10 30 0 0
cpu0 150 10 60 400 20 0 5 15 0 0
cpu1 50 10 40 600 20 0 5 15 0 0
intr 900 0 0 7
ctxt 4000
btime 1700000000
processes 321
procs_running 2
procs_blocked 1
`;

describe('the pages of /proc', () => {
  const check = (
    name: string,
    families: Parameters<typeof formatFamilies>[0],
    wanted: readonly string[],
  ): void => {
    it(name, () => {
      const lines = new Set(formatFamilies(families).split('\n'));
      for (const line of wanted) assert.ok(lines.has(line), `${line}\n${[...lines].join('\n')}`);
    });
  };

  check('count seconds of each processor and mode', parseStat(STAT), [
    'node_cpu_seconds_total{cpu="0",mode="user"} 1.5',
    'node_cpu_seconds_total{cpu="1",mode="steal"} 0.15',
    'node_intr_total 900',
    'node_context_switches_total 4000',
    'node_forks_total 321',
    'node_boot_time_seconds 1700000000',
    'node_procs_running 2',
    'node_procs_blocked 1',
  ]);
  check(
    'give memory in bytes, and counts as they are',
    parseMemory('MemTotal:  16 kB\nActive(anon):   2 kB\nHugePages_Total:    3\n'),
    [
      'node_memory_MemTotal_bytes 16384',
      'node_memory_Active_anon_bytes 2048',
      'node_memory_HugePages_Total 3',
    ],
  );
  const disks = `   7  0 loop0 9 9 9 9 9 9 9 9 9 9 9
 254  0 vda 10 2 16 1500 20 3 32 2500 1 4000 5000 1 2 3 4 5 6
 254  1 vda1 9 9 9 9 9 9 9 9 9 9 9
`;
  check('count disks and not their partitions', parseDisks(disks), [
    'node_disk_reads_completed_total{device="vda"} 10',
    'node_disk_read_bytes_total{device="vda"} 8192',
    'node_disk_read_time_seconds_total{device="vda"} 1.5',
    'node_disk_written_bytes_total{device="vda"} 16384',
    'node_disk_io_now{device="vda"} 1',
    'node_disk_io_time_seconds_total{device="vda"} 4',
  ]);
  it('leave out partitions and loop devices', () => {
    assert.doesNotMatch(formatFamilies(parseDisks(disks)), /vda1|loop0/);
  });
  const network = `Inter-|   Receive  |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes packets errs
  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
wlan0:99 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
`;
  check('count what devices received and sent', parseNetwork(network), [
    'node_network_receive_bytes_total{device="eth0"} 1',
    'node_network_receive_multicast_total{device="eth0"} 8',
    'node_network_transmit_bytes_total{device="eth0"} 9',
    'node_network_transmit_compressed_total{device="eth0"} 16',
    'node_network_receive_bytes_total{device="wlan0"} 99',
  ]);
  check(
    'give waiting in seconds',
    parsePressure('io', 'some avg10=0.1 total=2500000\nfull avg10=0 total=500000\n'),
    ['node_pressure_io_waiting_seconds_total 2.5', 'node_pressure_io_stalled_seconds_total 0.5'],
  );
  check('tell of killed processes', parseVmstat('oom_kill 2\nnr_dirty 5\npgfault 7\n'), [
    'node_vmstat_oom_kill 2',
    'node_vmstat_pgfault 7',
  ]);
});

describe('mounts', () => {
  const check = (name: string, line: string, wanted: string | undefined): void => {
    it(name, () => assert.equal(parseMounts(`${line}\n`)[0]?.mountpoint, wanted));
  };
  check('a disk is shown', '/dev/vda /data ext4 rw,relatime 0 0', '/data');
  check('a blank in a name is read', '/dev/vda /my\\040data ext4 rw 0 0', '/my data');
  check('what the kernel makes up is left out', 'proc /proc proc rw 0 0', undefined);
  check('what containers mount is left out', '/dev/vda /var/lib/docker/x ext4 rw 0 0', undefined);
  check('the root of a container is shown', 'overlay / overlay rw 0 0', '/');
  check('a line that is cut off is left out', '/dev/vda /data', undefined);

  it('the last one mounted at a point counts', () => {
    const text = '/dev/a /data ext4 rw 0 0\n/dev/b /data xfs ro,x 0 0\n';
    assert.deepEqual(parseMounts(text), [
      { device: '/dev/b', mountpoint: '/data', fstype: 'xfs', isReadOnly: true },
    ]);
  });
});

describe('the utilization of the CPU', () => {
  const bucketsOf = (ratios: readonly number[]): Readonly<Record<string, number>> => {
    const utilization = createCpuUtilization();
    let busySeconds = 0;
    utilization.observe({ busySeconds, totalSeconds: 0 }, 0);
    ratios.forEach((ratio, i) => {
      busySeconds += ratio;
      utilization.observe({ busySeconds, totalSeconds: i + 1 }, (i + 1) * 1000);
    });
    return Object.fromEntries(
      utilization
        .family()
        .samples.map(({ suffix, labels, value }) => [labels?.le ?? suffix ?? '', value]),
    );
  };
  const check = (name: string, ratios: readonly number[], wanted: Record<string, number>): void => {
    it(name, () => {
      const buckets = bucketsOf(ratios);
      for (const [le, count] of Object.entries(wanted)) assert.equal(buckets[le], count, le);
    });
  };
  check('an idle second is in the first bucket', [0], { '0.05': 1, _count: 1 });
  check('a border belongs to the lower bucket', [0.5], { '0.45': 0, '0.5': 1 });
  check('a full second is in the last bucket', [1], { '0.95': 0, '1': 1, '+Inf': 1 });
  check('a spike of one second stays visible', [0.02, 0.97, 0.02], {
    '0.05': 2,
    '0.95': 2,
    '1': 3,
  });

  it('a pause of the machine is no sample', () => {
    const utilization = createCpuUtilization();
    utilization.observe({ busySeconds: 0, totalSeconds: 0 }, 0);
    utilization.observe({ busySeconds: 60, totalSeconds: 60 }, 60_000);
    assert.equal(utilization.family().samples.at(-1)?.value, 0);
  });

  it('counts waiting for a disk as idle', () => {
    assert.deepEqual(parseCpuTime(STAT), { busySeconds: 3.6, totalSeconds: 14 });
  });
});

const PLAIN: PlainHost = {
  uptimeSeconds: 100,
  loadAverages: [0.5, 0.25, 0.125],
  memoryTotalBytes: 2048,
  memoryFreeBytes: 1024,
  cpuSeconds: [{ user: 3, nice: 0, system: 1, idle: 6, irq: 0 }],
  names: {
    sysname: 'Any',
    release: '1',
    version: '2',
    machine: 'm',
    nodename: 'n"1',
    domainname: 'd',
  },
};

function createReader(proc: Readonly<Record<string, string>>, size?: FilesystemSize): HostReader {
  return {
    root: '/',
    readProc: (path) => proc[path],
    readFilesystem: async () => size,
    readPlain: () => PLAIN,
  };
}

describe('the page of a host', () => {
  const size = { sizeBytes: 100, freeBytes: 40, availBytes: 30, files: 8, filesFree: 5 };

  it('has load, filesystems and utilization beside /proc', async () => {
    const reader = createReader({ stat: STAT, 'self/mounts': '/dev/a / ext4 rw 0 0\n' }, size);
    const clock = createManualClock(5_000);
    const text = await createHostCollector({ reader, clock }).collect();
    assert.match(text, /^node_load1 0\.5$/m);
    assert.match(
      text,
      /^node_filesystem_avail_bytes\{device="\/dev\/a",fstype="ext4",mountpoint="\/"\} 30$/m,
    );
    assert.match(text, /^node_uname_info\{.*nodename="n\\"1".*\} 1$/m);
    assert.match(text, /^nines_host_cpu_utilization_ratio_count 0$/m);
  });

  it('says which filesystem could not be asked', async () => {
    const reader = createReader({ stat: STAT, 'self/mounts': 'srv:/x /nfs nfs4 rw 0 0\n' });
    const clock = createManualClock(5_000);
    const text = await createHostCollector({ reader, clock }).collect();
    assert.match(text, /^node_filesystem_device_error\{.*mountpoint="\/nfs"\} 1$/m);
    assert.doesNotMatch(text, /^node_filesystem_size_bytes/m);
  });

  it('is made of what Node knows where there is no /proc', async () => {
    const clock = createManualClock(1_000_000);
    const text = await createHostCollector({ reader: createReader({}, size), clock }).collect();
    assert.match(text, /^node_cpu_seconds_total\{cpu="0",mode="idle"\} 6$/m);
    assert.match(text, /^node_memory_total_bytes 2048$/m);
    assert.match(text, /^node_boot_time_seconds 900$/m);
    assert.match(text, /^node_filesystem_size_bytes\{.*mountpoint="\/"\} 100$/m);
  });
});

it('reading takes any text without throwing', () => {
  const seed = 20_261_123;
  const random = createSeededRandom(seed);
  const bases = [STAT, 'MemTotal: 16 kB\n', ' 254 0 vda 10 2 16\n', ' eth0: 1 2 3\n'];
  for (let round = 0; round < 2_000; round++) {
    const text = mangle(bases[round % bases.length], random);
    const families = [
      ...parseStat(text),
      ...parseMemory(text),
      ...parseDisks(text),
      ...parseNetwork(text),
      ...parsePressure('io', text),
      ...parseVmstat(text),
    ];
    parseMounts(text);
    parseCpuTime(text);
    for (const line of formatFamilies(families).split('\n')) {
      assert.doesNotMatch(line, /NaN|undefined/, `seed ${seed}, round ${round}`);
    }
  }
});

/** Cuts, doubles or replaces a few characters. */
function mangle(text: string, random: Random): string {
  const below = (limit: number): number => Math.floor(random.float() * limit);
  let result = text;
  for (let i = 0; i < 4; i++) {
    const at = below(result.length + 1);
    const until = Math.min(result.length, at + below(9));
    const pieces = ['', '\n', ':', '9'.repeat(30), '\u0000', result.slice(at, until)];
    result = result.slice(0, at) + pieces[below(pieces.length)] + result.slice(until);
  }
  return result;
}
