/** Small notations: durations, numbers, headers, parameters, labels, pages of the kernel. */
import assert from 'node:assert/strict';
import { readTags } from '../../packages/server/src/alerts/tags.ts';
import { parseSelector } from '../../packages/server/src/catalog/selector.ts';
import { createHostGuard } from '../../packages/server/src/http/host-guard.ts';
import { prefersOpenMetrics } from '../../packages/server/src/http/metrics-format.ts';
import { ApiParams } from '../../packages/server/src/http/prometheus-params.ts';
import { readCookie } from '../../packages/server/src/http/server.ts';
import { formatFamilies } from '../../packages/server/src/host/family.ts';
import { parseDisks } from '../../packages/server/src/host/proc-disks.ts';
import { parseMemory } from '../../packages/server/src/host/proc-memory.ts';
import { parseMounts } from '../../packages/server/src/host/proc-mounts.ts';
import { parseNetwork } from '../../packages/server/src/host/proc-network.ts';
import { parsePressure } from '../../packages/server/src/host/proc-pressure.ts';
import { parseCpuTime, parseStat } from '../../packages/server/src/host/proc-stat.ts';
import { parseVmstat } from '../../packages/server/src/host/proc-vmstat.ts';
import { parseRetryAfter } from '../../packages/server/src/notify/retry.ts';
import {
  findAddressRefusal,
  formatDuration,
  parseDuration,
} from '../../packages/server/src/platform/index.ts';
import { parseDurationLiteral, parseNumber } from '../../packages/server/src/promql/literals.ts';
import { parseConstant } from '../../packages/server/src/template/literals.ts';
import { expandVariables } from '../../packages/server/src/scrape/expand-variables.ts';
import { parseFloatText } from '../../packages/server/src/scrape/float.ts';
import {
  compileRelabelRules,
  DEFAULT_RELABEL_CONFIG,
  relabel,
} from '../../packages/server/src/scrape/relabel.ts';
import { createLabelsFromPairs } from '../../packages/server/src/series/index.ts';
import { parseAlerts } from '../../packages/server/src/slo/burn-rate.ts';
import { parseCountedQuery } from '../../packages/server/src/slo/indicator.ts';
import { type FuzzTarget, ofText } from './target.ts';

const NOW_MS = 1_700_000_000_000;

const guard = createHostGuard({ isAuthRequired: false, externalUrl: 'https://nines.example' });

/** Lines of `name: value`; each value is read as what its name says. */
function readHeaders(text: string): void {
  const headers = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) headers.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  prefersOpenMetrics(headers.get('accept'));
  readCookie(headers.get('cookie'), 'session');
  parseRetryAfter(headers.get('retry-after'), NOW_MS);
  const host = headers.get('host');
  const origin = headers.get('origin');
  const rest = { site: undefined, isNavigation: false, isMarked: false, hasSession: false };
  guard({ method: 'POST', host, origin, ...rest });
}

function readParameters(text: string): void {
  const params = new ApiParams(text, undefined);
  params.range();
  params.durationMs('step');
  params.limit();
  params.selectors();
}

const RULES = compileRelabelRules([
  {
    ...DEFAULT_RELABEL_CONFIG,
    sourceLabels: ['__address__', 'env'],
    regex: '(?P<host>.*):(\\d+);(.*)',
    targetLabel: 'to_$2',
    replacement: '${host}-$3$$$9',
  },
  { ...DEFAULT_RELABEL_CONFIG, action: 'labelmap', regex: '__meta_(.+)', replacement: '$1_x' },
  {
    ...DEFAULT_RELABEL_CONFIG,
    action: 'hashmod',
    sourceLabels: ['env'],
    modulus: 8,
    targetLabel: 'shard',
  },
  { ...DEFAULT_RELABEL_CONFIG, action: 'lowercase', sourceLabels: ['env'], targetLabel: 'env' },
  { ...DEFAULT_RELABEL_CONFIG, action: 'labeldrop', regex: 'tmp_.*|[^a]' },
  { ...DEFAULT_RELABEL_CONFIG, action: 'drop', sourceLabels: ['env'], regex: 'no(pe)+' },
]);

/** Labels, one a line. */
function runRules(text: string): void {
  const pairs = new Map(
    text.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, Math.max(0, at)), line.slice(at + 1)];
    }),
  );
  pairs.delete('');
  relabel(createLabelsFromPairs([...pairs]), RULES);
}

const PROC = [
  'cpu  200 20 100 1000 40 0 10 30 0 0\ncpu0 150 10 60 400 20 0 5 15 0 0\nctxt 4000\nbtime 17\n',
  'MemTotal: 1024 kB\nActive(anon): 5 kB\nHugePages_Total: 0\n',
  '  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n',
  '   8       0 sda 1 2 3 4 5 6 7 8 9 10 11\n 7 0 loop0 1 2 3 4 5 6 7 8 9 10 11\n',
  '/dev/sda1 / ext4 rw,relatime 0 0\n/dev/sdb /mnt/a\\040b xfs ro 0 0\n',
  'some avg10=0.00 avg60=0.00 avg300=0.00 total=12\nfull avg10=0.00 total=9\n',
  'pgpgin 5\noom_kill 1\npswpin 0\n',
];

/** A page as each of them: containers have other things under the same names. */
function readProc(text: string): void {
  parseCpuTime(text);
  parseMounts(text);
  const families = [parseStat, parseMemory, parseNetwork, parseDisks, parseVmstat].flatMap((read) =>
    read(text),
  );
  formatFamilies([...families, ...parsePressure('io', text)]);
}

const UNITS = 'y w d h m s ms 0 -'.split(' ');

export const TEXT_TARGETS: readonly FuzzTarget[] = [
  ofText({
    name: 'duration',
    corpus: ['1y2w3d4h5m6s7ms', '90s', '0', '1h30m'],
    pieces: UNITS,
    read(text) {
      parseDurationLiteral(text);
      const durationMs = parseDuration(text);
      // What we print, we read as the same.
      assert.equal(parseDuration(formatDuration(durationMs)), durationMs);
    },
  }),
  ofText({
    name: 'number',
    corpus: ['1_000.5e-3', '0x1F', '-Inf', '.5', '017', '0b101', "'c'"],
    pieces: ['e', '0x', '_', '.', '+', '-', 'inf', 'NaN', 'p'],
    read(text) {
      parseNumber(text);
      parseConstant(text);
      parseFloatText(text);
    },
  }),
  ofText({
    name: 'http-headers',
    corpus: [
      'accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3,*/*\ncookie: a=b; session=c\n',
      'host: nines.example:443\norigin: https://[::1]:80\nretry-after: Wed, 21 Oct 2015 07:28:00 GMT\n',
      'host: 127.0.0.1\nretry-after: 120\n',
    ],
    pieces: ['q=', ';', ',', '\n', ': ', '%', '[', ']', '@', '://'],
    read: readHeaders,
  }),
  ofText({
    name: 'api-parameters',
    corpus: [
      '/q?start=1700000000.5&end=2026-01-02T03:04:05.6%2B01:00&step=1m&limit=5&match[]=up{a%3D"b"}',
      '/q?start=-1e3&step=15&match%5B%5D={__name__=~"a.*"}&match[]=x',
    ],
    pieces: ['&', '=', '%', '%00', '+', 'start=', 'end=', 'match[]=', 'Z', 'T'],
    read: readParameters,
  }),
  ofText({
    name: 'relabel',
    corpus: ['__address__=a:80\nenv=PROD\n__meta_x=1\ntmp_y=z', '__address__=[::1]:9\nenv=nope'],
    pieces: ['=', '\n', ':', '$1', 'é', '__meta_', ';'],
    read: runRules,
  }),
  ofText({
    name: 'environment-variables',
    corpus: ['a${HOME}b$USER$$ ${} $', '${a}${b}'],
    pieces: ['$', '{', '}', '${'],
    read: (text) =>
      expandVariables(
        text,
        (name) => name.slice(1),
        () => {},
      ),
  }),
  ofText({
    name: 'service-selector',
    corpus: ['{job="checkout", env=~"prod|staging"}', '{"a.b"!="c",d!~"e"}'],
    pieces: ['{', '}', '=', '=~', '!', '"', ',', '|'],
    read: parseSelector,
  }),
  ofText({
    name: 'slo-words',
    corpus: [
      'page 2% 1h/5m, page 5% 6h, ticket 10% 3d/6h',
      'sum(a_total{x="y"}) - b_total',
      'none',
    ],
    pieces: ['%', '/', ',', 'page ', 'ticket ', 'sum(', ')', '1h'],
    read(text) {
      parseAlerts(text);
      parseCountedQuery(text);
    },
  }),
  ofText({
    name: 'tags-and-addresses',
    corpus: [
      'cause:network:switch\nnoisy',
      '10.0.0.1\n::ffff:1.2.3.4\n64:ff9b::808:808',
      '2001:db8::1',
    ],
    pieces: [':', '::', '.', '\n', '%eth0', 'ffff'],
    read(text) {
      const lines = text.split('\n');
      for (const line of lines) findAddressRefusal(line, { allowsPrivate: false });
      readTags(lines);
    },
  }),
  ofText({ name: 'proc', corpus: PROC, pieces: ['\n', ' ', ':', ' kB'], read: readProc }),
];
