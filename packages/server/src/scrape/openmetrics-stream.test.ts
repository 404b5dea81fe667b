/** OpenMetrics text that comes in pieces. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { formatSeries, type Labels } from '../series/index.ts';
import { OpenMetricsFault, OpenMetricsStream } from './openmetrics-stream.ts';

const TEXT = `# HELP a_total Things.
# TYPE a counter
a_total{b="c"} 12 1.5 # {t="é"} 1 2
a_total{b="c"} 13.25 2
# TYPE h histogram
h_bucket{le="1"} NaN 1.5
# TYPE g gauge
h_bucket{le="1"} 4 1.5
{"q ü",x="\\"y"} -Inf 1767225600.5
# EOF
`;
const ROWS = [
  'a_total{b="c"} 12 1500',
  'a_total{b="c"} 13.25 2000',
  'h_bucket{le="1.0"} NaN 1500',
  'h_bucket{le="1"} 4 1500',
  '{"q ü", x="\\"y"} -Infinity 1767225600500',
];

/** Reads bytes in pieces; answers rows, and how often a series was asked for. */
function read(bytes: Uint8Array, pieceBytes: number) {
  const rows: string[] = [];
  const series: Labels[] = [];
  const words = new Uint32Array(2);
  const values = new Float64Array(words.buffer);
  const stream = new OpenMetricsStream({
    resolve: (labels) => series.push(labels) - 1,
    add(ref, timeMs, low, high) {
      words.set([low, high]);
      rows.push(`${formatSeries(series[ref])} ${values[0]} ${timeMs}`);
    },
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    stream.push(bytes.subarray(at, at + pieceBytes));
  }
  stream.end();
  return { rows, resolved: series.length };
}

describe('a stream of OpenMetrics', () => {
  it('gives the same samples whatever its pieces, and takes each series apart once', () => {
    const bytes = Buffer.from(TEXT);
    for (const pieceBytes of [1, 2, 7, 64, bytes.length]) {
      assert.deepEqual(read(bytes, pieceBytes), { rows: ROWS, resolved: 4 }, `${pieceBytes}`);
    }
    assert.deepEqual(read(bytes.subarray(0, -1), 9).rows, ROWS);
  });

  it('tells the line of what it cannot take', () => {
    const cases: readonly (readonly [text: string, line: number, reason: RegExp])[] = [
      ['a 1 1\nb{x="1} 1 1\n# EOF\n', 2, /expected label value/],
      ['a 1 1\n\n# EOF\n', 2, /expected a metric name/],
      ['a 1\n# EOF\n', 1, /has no time/],
      ['a 1 x\n# EOF\n', 1, /./],
      ['a{b="1",b="2"} 1 1\n# EOF\n', 1, /not unique/],
      ['# TYPE a counter\na 1 1\n', 2, /does not end with # EOF/],
      ['a 1 1\n# EOF\nb 1 1\n', 3, /after # EOF/],
      ['# EOF\n\n', 2, /after # EOF/],
      ['', 0, /does not end with # EOF/],
      [`a{b="${'x'.repeat(2 ** 20)}"} 1 1`, 1, /longer than 1048576 bytes/],
    ];
    for (const [text, line, reason] of cases) {
      const check = (error: unknown): boolean => {
        assert.ok(error instanceof OpenMetricsFault, String(error));
        assert.equal(error.line, line, text.slice(0, 60));
        assert.match(error.message, reason);
        return true;
      };
      assert.throws(() => read(Buffer.from(text), 65_536), check);
    }
  });

  it('reads or refuses any bytes, and the same in one piece as in many', () => {
    const seed = 20_261_123;
    const random = createSeededRandom(seed);
    const outcome = (bytes: Uint8Array, pieceBytes: number): string => {
      try {
        return read(bytes, pieceBytes).rows.join('\n');
      } catch (error) {
        assert.ok(error instanceof OpenMetricsFault, `seed ${seed}: ${String(error)}`);
        return `${error.line}: ${error.message}`;
      }
    };
    for (let i = 0; i < 2_000; i++) {
      const bytes = Buffer.from(TEXT);
      const changes = 1 + Math.floor(random.float() * 3);
      for (let k = 0; k < changes; k++) {
        const at = Math.floor(random.float() * bytes.length);
        bytes[at] = TEXT.charCodeAt(Math.floor(random.float() * TEXT.length)) & 0xff;
      }
      const whole = outcome(bytes, bytes.length);
      assert.equal(outcome(bytes, 1 + (i % 40)), whole, `seed ${seed}, input ${i}`);
    }
  });
});
