import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FiredAlert } from '../alerts/index.ts';
import { parseMatcher } from '../alertmanager/index.ts';
import { createLabels } from '../series/index.ts';
import { LONG_MS } from './limits.ts';
import { previewSilence } from './preview.ts';

function fired(name: string, job: string): FiredAlert {
  return {
    id: `${name} ${job}`,
    name,
    summary: name,
    output: 'page',
    service: undefined,
    labels: createLabels({ alertname: name, job }),
    firedAtMs: 0,
    resolvedAtMs: undefined,
  };
}

const KNOWN = {
  firing: [fired('Down', 'a'), fired('Slow', 'b')],
  past: [fired('Down', 'b')],
};

describe('the preview of a silence', () => {
  const check = (matchers: readonly string[], want: readonly string[], lastsMs = 1): void => {
    const wish = { matchers: matchers.map(parseMatcher), startsAtMs: 0, endsAtMs: lastsMs };
    const { firing, past, warnings } = previewSilence(wish, KNOWN);
    const said = warnings.map(({ code, matcher }) =>
      matcher === null ? code : `${code} ${matcher}`,
    );
    assert.deepEqual(
      [...firing.map(({ id }) => id), '|', ...past.map(({ id }) => id), ...said],
      want,
    );
  };

  it('names what all matchers meet', () => {
    check(['alertname=Down'], ['Down a', '|', 'Down b']);
    check(['alertname=Down', 'job=b'], ['|', 'Down b']);
    check(['job!=a'], ['Slow b', '|', 'Down b']);
  });

  it('warns of what matches everything', () => {
    check(['alertname=~".+"'], ['Down a', 'Slow b', '|', 'Down b', 'everything']);
  });

  it('warns of what matches nothing, and says which matcher is to blame', () => {
    check(['job=a', 'alertname=Slow'], ['|', 'nothing']);
    check(['job=x', 'alertname=Slow'], ['|', 'blind-matcher job="x"']);
  });

  it('warns of what lasts longer than a week', () => {
    check(['job=a'], ['Down a', '|'], LONG_MS);
    check(['job=a'], ['Down a', '|', 'long'], LONG_MS + 1);
  });

  it('says nothing of reach while no alert is known', () => {
    const wish = { matchers: [parseMatcher('job=x')], startsAtMs: 0, endsAtMs: undefined };
    assert.deepEqual(previewSilence(wish, { firing: [], past: [] }).warnings, []);
  });
});
