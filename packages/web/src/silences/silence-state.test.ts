import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { completeMatchers, formatDraft, newSilencePath, parseDraft } from './silence-state.ts';

describe('a silence in the URL', () => {
  it('begins with the labels of an alert', () => {
    const path = newSilencePath({ alertname: 'Down', zone: 'a=b&c ü' });
    assert.deepEqual(parseDraft(path.slice(path.indexOf('?'))), {
      matchers: [
        { name: 'alertname', operator: '=', value: 'Down' },
        { name: 'zone', operator: '=', value: 'a=b&c ü' },
      ],
      lasts: '2h',
    });
  });

  it('comes back as it was', () => {
    for (const operator of ['=', '!=', '=~', '!~'] as const) {
      const draft = {
        matchers: [{ name: 'job', operator, value: 'a|b=~c' }],
        lasts: '1d',
      } as const;
      assert.deepEqual(parseDraft(formatDraft(draft)), draft);
    }
  });

  it('has a matcher to write into where there is none', () => {
    const empty = { matchers: [{ name: 'alertname', operator: '=', value: '' }], lasts: '2h' };
    assert.deepEqual(parseDraft(''), empty);
    assert.deepEqual(parseDraft('m=nothing&m==x&lasts=9y'), empty);
    assert.deepEqual(completeMatchers(parseDraft('').matchers), []);
  });
});
