/** What people ask: PromQL, selectors, patterns, the notation of histograms. */
import { formatExpr, parseExpr, parseSelector } from '../../packages/server/src/promql/index.ts';
import { parseSeriesLine } from '../../packages/server/src/promql/series-notation.ts';
import {
  compileAnchored,
  createHistogramJson,
  formatHistogramNotation,
  parseHistogramSeries,
} from '../../packages/server/src/series/index.ts';
import { type FuzzTarget, ofText } from './target.ts';

const QUERIES = [
  'sum by (job, instance) (rate(http_requests_total{code=~"5..", job!="a"}[5m]))',
  'histogram_quantile(0.9, sum(rate(latency_bucket[10m])) by (le)) > 0.5',
  'a / on (x) group_left (y) b == bool 1 or ignoring (z) c + fill (0) d',
  'topk(3, -up{"l.x"=\'v\'} @ start()) unless {"a metric"} atan2 2 ^ 3',
  'max_over_time(rate(up[1m])[1h30m:step() * 2] @ 1603774568 offset -5m)',
  'x[5m + min_of(range(), 1h) - -(2 * step())] smoothed',
  'label_replace(up, "a", "$1", `b\\d`, "\\u00e9(.*)") # note\n + 0x1F % 1_000.5e-3',
  'info(up, {k8s="x"}) >/ count_values("v", y anchored) </ limit_ratio(-0.5, z)',
];
const PIECES = [
  ...'( ) { } [ ] , : = != =~ !~ == < <= > >= + - * / % ^ @ # " \' ` \\ . 0 5m 0x é 😀'.split(' '),
  ...' and | or | unless | bool | on ( | ignoring ( | group_left | by ( | without ('.split('|'),
  ...' offset | anchored | smoothed |start()|end()|step()|range()|sum(|rate(|topk('.split('|'),
];
const NOTATIONS = [
  '{{schema:1 sum:2.5 count:6 z_bucket:1 z_bucket_w:0.001 buckets:[1 2] offset:-1 n_buckets:[2]}}',
  '{{schema:-53 count:6 sum:1 custom_values:[1 2 5] buckets:[1 2 3]}}x3 _ {{count:1}}',
  '{{schema:0 counter_reset_hint:gauge buckets:[5]}}+{{schema:0 buckets:[1]}}x10',
  '1 2 -0.5 {{}} NaN _x3 Inf stale',
];
const PATTERNS = ['(a|b)+[0-9]{2,5}?', '^(?i:x.*)\\d$', '[^\\pL[:alpha:]]', '(?P<n>a){0,9}|()'];

export const QUERY_TARGETS: readonly FuzzTarget[] = [
  ofText({
    name: 'promql',
    corpus: QUERIES,
    pieces: PIECES,
    read(text) {
      const printed = formatExpr(parseExpr(text));
      // What we print, we read.
      parseExpr(printed);
    },
  }),
  ofText({
    name: 'selector',
    corpus: ['up{job="a",x=~"b.*",\'q.r\'!="é",__name__!~"z|y"}', '{"a.b",c=`d`}'],
    pieces: PIECES,
    read: parseSelector,
  }),
  ofText({
    name: 'regex',
    corpus: PATTERNS,
    refusals: ['RE2JSSyntaxException'],
    read: (text) => compileAnchored(text).matches('abc12'),
  }),
  ofText({
    name: 'series-notation',
    corpus: ['up{job="a"} 1 _ 2+1x3 stale -Inf', ...NOTATIONS.map((values) => `h ${values}`)],
    pieces: [...PIECES, 'x3', '_', 'stale', '{{', '}}', 'x99999999', '1+1x'],
    read: parseSeriesLine,
  }),
  ofText({
    name: 'histogram-notation',
    corpus: NOTATIONS,
    pieces: ['{{', '}}', 'x3', '_', '+', 'Inf', ':[', ']', 'count:', 'offset:', '99999999999'],
    refusalText:
      /^(not|unknown|want|cannot|schema|span|custom|count|sum|buckets|n_|offset|z_|the zero|histogram|positive|negative|bound)/,
    read(text) {
      for (const { histogram } of parseHistogramSeries(text)) {
        createHistogramJson(histogram);
        formatHistogramNotation(histogram);
      }
    },
  }),
];
