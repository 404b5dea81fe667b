import assert from 'node:assert/strict';
import test from 'node:test';
import { formatFilter, type ListFilter, parseFilter, toQuery } from './alert-filter.ts';

test('a filter survives the URL', () => {
  const filters: readonly ListFilter[] = [
    { state: 'active', output: undefined, service: undefined, tag: undefined },
    { state: 'all', output: 'ticket', service: 'a & b/ü', tag: 'cause:network' },
    { state: 'resolved', output: 'page', service: undefined, tag: '원인:배포' },
  ];
  for (const filter of filters) assert.deepEqual(parseFilter(formatFilter(filter)), filter);
});

test('the usual filter leaves the URL clean', () => {
  assert.equal(formatFilter(parseFilter('')), '');
});

test('what a URL should not hold counts as not said', () => {
  assert.deepEqual(parseFilter('state=zzz&output=__proto__&service='), parseFilter(''));
});

test('all states are asked for by saying none', () => {
  assert.deepEqual(toQuery(parseFilter('state=all&service=x')), { service: 'x' });
  assert.deepEqual(toQuery(parseFilter('state=all&tag=a:b')), { tag: 'a:b' });
  assert.deepEqual(toQuery(parseFilter('')), { state: 'active' });
});
