import assert from 'node:assert/strict';
import test from 'node:test';
import { ApiError } from '@nines/contract';
import { toSentence } from '../format/sentence.ts';
import { describeFailure } from './failure.ts';
import { createPrometheusApi, parseInstant, parseValue, QueryError } from './prometheus.ts';
import { isWorthRetrying } from './query-client.ts';
import { createSend, UnreachableError } from './send.ts';

type Answer = { readonly status: number; readonly body: string };

/** A fetch that gives one answer and keeps what it was asked. */
function fakeFetch(answer: Answer) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const fetchFn: typeof fetch = async (input, init) => {
    asked.push({ url: input instanceof Request ? input.url : String(input), init });
    return new Response(answer.body === '' ? null : answer.body, { status: answer.status });
  };
  return { fetchFn, asked };
}

const unreachable: typeof fetch = async () => {
  throw new TypeError('fetch failed');
};
const signal = new AbortController().signal;

test('what changes something carries the guard, what reads does not', async () => {
  const { fetchFn, asked } = fakeFetch({ status: 200, body: '{}' });
  const send = createSend(fetchFn);
  await send({ method: 'POST', path: '/x', body: { a: 1 } });
  await send({ method: 'GET', path: '/y', body: undefined });
  const headers = asked.map(({ init }) => new Headers(init?.headers));
  assert.equal(headers[0]?.get('X-Nines-Request'), '1');
  assert.equal(headers[0]?.get('Content-Type'), 'application/json');
  assert.equal(headers[1]?.get('X-Nines-Request'), null);
});

test('a body that is no JSON is no body', async () => {
  const send = createSend(fakeFetch({ status: 502, body: '<html>' }).fetchFn);
  assert.deepEqual(await send({ method: 'GET', path: '/', body: undefined }), {
    status: 502,
    body: undefined,
  });
});

test('a server that does not answer is told apart from one that refuses', async () => {
  const send = createSend(unreachable);
  await assert.rejects(send({ method: 'GET', path: '/', body: undefined }), UnreachableError);
  assert.equal(describeFailure(new UnreachableError('x')).reason, 'Nines does not answer.');
});

test('values are read as Prometheus writes them', () => {
  assert.equal(parseValue('+Inf'), Number.POSITIVE_INFINITY);
  assert.equal(parseValue('-Inf'), Number.NEGATIVE_INFINITY);
  assert.ok(Number.isNaN(parseValue('NaN')));
  assert.equal(parseValue('1e3'), 1000);
});

test('each kind of instant answer is read', () => {
  assert.deepEqual(parseInstant({ resultType: 'scalar', result: [5, '2'] }), {
    kind: 'scalar',
    rows: [{ metric: {}, atSeconds: 5, value: 2 }],
  });
  assert.deepEqual(parseInstant({ resultType: 'string', result: [5, '+Inf'] }), {
    kind: 'string',
    rows: [{ metric: {}, atSeconds: 5, value: '+Inf' }],
  });
  const vector = { metric: { job: 'a' }, value: [5, '1'] };
  assert.deepEqual(parseInstant({ resultType: 'vector', result: [vector] }), {
    kind: 'vector',
    rows: [{ metric: { job: 'a' }, atSeconds: 5, value: 1 }],
  });
  const histogram = { metric: {}, histogram: [5, { count: '3', sum: '4.5' }] };
  const answer = parseInstant({ resultType: 'vector', result: [histogram] });
  assert.ok(answer.kind === 'vector' && answer.rows[0]?.value === 'count 3, sum 4.5');
});

test('an answer of another shape is refused, not drawn', () => {
  for (const data of [
    undefined,
    null,
    {},
    { resultType: 'vector' },
    { resultType: 'vector', result: [null] },
  ]) {
    assert.throws(() => parseInstant(data), QueryError);
  }
});

test('a range is asked for in seconds and comes with what was remarked', async () => {
  const series = {
    metric: { job: 'a' },
    values: [
      [1, '2'],
      [2, 'NaN'],
    ],
  };
  const body = {
    status: 'success',
    data: { resultType: 'matrix', result: [series] },
    infos: ['hm'],
  };
  const { fetchFn, asked } = fakeFetch({ status: 200, body: JSON.stringify(body) });
  const request = { expression: 'up > 1', fromMs: 1500, toMs: 9000, stepMs: 500 };
  const answer = await createPrometheusApi(fetchFn).queryRange(request, signal);
  assert.equal(
    asked[0]?.url,
    '/api/v1/query_range?query=up+%3E+1&start=1.500&end=9.000&step=0.500',
  );
  assert.deepEqual(answer.infos, ['hm']);
  assert.deepEqual(answer.data[0]?.points[0], [1, 2]);
});

test('a refused query keeps the words of the server', async () => {
  const body = '{"status":"error","errorType":"bad_data","error":"1:2: parse error: x"}';
  const api = createPrometheusApi(fakeFetch({ status: 400, body }).fetchFn);
  await assert.rejects(api.queryInstant({ expression: '(', atMs: 0 }, signal), {
    name: 'QueryError',
    message: '1:2: parse error: x',
    status: 400,
    errorType: 'bad_data',
  });
});

test('a refusal is not tried again, a lost connection is', () => {
  const refused = new ApiError(409, { code: 'X', message: 'y' });
  assert.equal(isWorthRetrying(refused), false);
  assert.equal(isWorthRetrying(new ApiError(503, { code: 'X', message: 'y' })), true);
  assert.equal(isWorthRetrying(new UnreachableError('x')), true);
});

test('an error text becomes a sentence', () => {
  assert.equal(toSentence('there is no alert "x"'), 'There is no alert "x".');
  assert.equal(toSentence('Is it there?'), 'Is it there?');
  assert.equal(toSentence(''), '');
});
