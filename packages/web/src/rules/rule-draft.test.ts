import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  emptyFields,
  NEW_FILE,
  parseLabels,
  placesOf,
  savedFile,
  toRequest,
} from './rule-draft.ts';

const RULE = { expression: 'up == 0', forMs: 60_000 };
const FILES = {
  folder: '/etc/saved-rules',
  readOnlyReason: null,
  files: [
    { file: '/etc/a.yml', hash: 'h', groups: ['shop', 'pay'], readOnlyReason: null },
    { file: '/usr/b.yml', hash: 'i', groups: ['base'], readOnlyReason: 'EROFS' },
  ],
};

describe('a rule on the page', () => {
  it('reads labels as they are typed', () => {
    assert.deepEqual(parseLabels(''), {});
    assert.deepEqual(parseLabels('team=shop, zone="a" ,'), { team: 'shop', zone: 'a' });
    for (const text of ['team', '1=a', 'a=b"c', 'severity=page']) {
      assert.equal(parseLabels(text), undefined, text);
    }
  });
  it('goes to a group of a file that can be written, or to a new file', () => {
    const places = placesOf(FILES);
    assert.deepEqual(
      places.map(({ group }) => group),
      ['shop', 'pay'],
    );
    const fields = { ...emptyFields(places[1]?.key ?? ''), name: ' Down ' };
    const request = toRequest(fields, RULE, places);
    assert.deepEqual(
      [request?.file, request?.hash, request?.group, request?.rule.name],
      ['/etc/a.yml', 'h', 'pay', 'Down'],
    );
    const fresh = toRequest({ ...fields, place: NEW_FILE, group: 'search' }, RULE, places);
    assert.deepEqual([fresh?.file, fresh?.hash, fresh?.group], [null, null, 'search']);
  });
  it('is none without a name, an expression or a group', () => {
    const fields = { ...emptyFields(NEW_FILE), name: 'Down', group: 'search' };
    assert.equal(toRequest(fields, RULE, [])?.rule.probationDays, 14);
    assert.equal(toRequest({ ...fields, name: ' ' }, RULE, []), undefined);
    assert.equal(toRequest({ ...fields, group: '' }, RULE, []), undefined);
    assert.equal(toRequest({ ...fields, labels: '?' }, RULE, []), undefined);
    assert.equal(toRequest(fields, { ...RULE, expression: '' }, []), undefined);
  });
  it('is a file of its own for a lint', () => {
    const { text } = savedFile('# x\n- alert: A\n  expr: up\n');
    const rule = '      # x\n      - alert: A\n        expr: up\n';
    assert.equal(text, `groups:\n  - name: new\n    rules:\n${rule}`);
  });
});
