import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, type Random } from '../platform/index.ts';
import { ParseError } from './parse-error.ts';
import { parseExpr } from './parser.ts';
import { formatExpr } from './printer.ts';

const SEED = Number(process.env['NINES_FUZZ_SEED'] ?? 20260821);
const ROUNDS = 6_000;

const QUERIES = [
  'sum by (job, instance) (rate(http_requests_total{code=~"5..", job!="a"}[5m]))',
  'histogram_quantile(0.9, sum(rate(latency_bucket[10m])) by (le)) > 0.5',
  '100 * (1 - avg without (cpu) (irate(node_cpu{mode="idle"}[5m] offset 1h)))',
  'a / on (x) group_left (y) b == bool 1 or ignoring (z) c + fill (0) d',
  'topk(3, -up{"l.x"=\'v\'} @ start()) unless {"a metric"} atan2 2 ^ 3',
  'max_over_time(rate(up[1m])[1h30m:step() * 2] @ 1603774568 offset -5m)',
  'x[5m + min_of(range(), 1h) - -(2 * step())] smoothed',
  'label_replace(up, "a", "$1", `b\\d`, "\\u00e9(.*)") # note\n + 0x1F % 1_000.5e-3',
  'info(up, {k8s="x"}) >/ count_values("v", y anchored) </ limit_ratio(-0.5, z)',
  'foo offset -(5m + 1m) + fill_left(1) fill_right(2) bar',
];
const PIECES = [
  ...'( ) { } [ ] , : = != =~ !~ == < <= > >= </ >/ + - * / % ^ @ # " \' ` \\ . _ 0 1 5m 0x é 😀'.split(
    ' ',
  ),
  ...'and or unless atan2 bool on ignoring group_left group_right fill fill_left'.split(' '),
  ...'by without offset anchored smoothed start end step range min_of max_of'.split(' '),
  ...'sum topk count_values rate abs time info foo a:b inf nan "s" {a="b"} [5m] [5m:]'.split(' '),
  '\n',
  '\t',
  '\u0000',
  '\ud800',
];
const WORDS = /\w+|\s+|"[^"]*"|[^\w\s]/gu;
/**
 * What Prometheus' printer does not keep either: an open-ended offset may take in what its printed
 * form drops or reorders, and infinity gets a sign that a power then binds.
 */
const UNSTABLE = [/offset\s*([+-]\s*[+-]|\+?\s*\()/i, /inf[^]*\^/i];

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random.float() * from.length)];
}

function cutAt(random: Random, length: number): number {
  return Math.floor(random.float() * (length + 1));
}

function mutate(random: Random, query: string): string {
  const words = query.match(WORDS) ?? [];
  const at = cutAt(random, words.length);
  const kind = random.float();
  if (kind < 0.3) words.splice(at, 1);
  else if (kind < 0.6) words.splice(at, 0, ' ', pick(random, PIECES), ' ');
  else if (kind < 0.8) words.splice(at, 1, pick(random, PIECES));
  else words.splice(at, words.length, ...(pick(random, QUERIES).match(WORDS) ?? []).slice(at));
  return words.join('');
}

function build(random: Random): string {
  if (random.float() < 0.3) {
    const count = 1 + Math.floor(random.float() * 8);
    return Array.from({ length: count }, () => pick(random, PIECES)).join(
      random.float() < 0.5 ? ' ' : '',
    );
  }
  let query = pick(random, QUERIES);
  for (let i = 1 + Math.floor(random.float() * 3); i > 0; i--) query = mutate(random, query);
  return query;
}

/** What a query prints as; undefined where it is refused, as it may be, with a ParseError. */
function print(query: string): string | undefined {
  try {
    return formatExpr(parseExpr(query));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    assert.ok(error.reason !== '' && error.offset <= query.length, query);
    assert.match(error.message, /^[1-9]\d*:[1-9]\d*: /, query);
    return undefined;
  }
}

test('the queries that the fuzzer starts from are valid', () => {
  for (const query of QUERIES) assert.ok(formatExpr(parseExpr(query)));
});

test(`any text is refused with a place, or printed so that it means the same (seed ${SEED})`, () => {
  const random = createSeededRandom(SEED);
  let accepted = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const query = build(random);
    try {
      const printed = print(query);
      if (printed === undefined) continue;
      accepted++;
      if (UNSTABLE.some((pattern) => pattern.test(query))) continue;
      assert.equal(print(printed), printed);
    } catch (error) {
      assert.fail(`round ${round}, seed ${SEED}, ${JSON.stringify(query)}: ${String(error)}`);
    }
  }
  // A fuzzer that no longer reaches the printer would test nothing.
  assert.ok(accepted > ROUNDS / 50, `only ${accepted} of ${ROUNDS} were valid`);
});
