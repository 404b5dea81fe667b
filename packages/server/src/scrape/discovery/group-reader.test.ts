import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSeededRandom, errorMessage } from '../../platform/index.ts';
import { readJsonGroups, readYamlGroups } from './group-reader.ts';
import { listTargets } from './testing.ts';

const OPTIONS = { source: 'here', labels: [['__meta_filepath', '/f']] as const };
const GROUPS = [
  { targets: ['a:1', 'b:2'], labels: { env: 'prod', 'dotted.name': 'ü' } },
  { targets: [] },
  { labels: {} },
];

describe('a list of groups', () => {
  it('is read alike from JSON and from YAML', () => {
    for (const read of [readJsonGroups, readYamlGroups]) {
      const groups = read(JSON.stringify(GROUPS), OPTIONS);
      assert.deepEqual(
        groups.map(({ source, targets }) => [source, targets.length]),
        [
          ['here:0', 2],
          ['here:1', 0],
          ['here:2', 0],
        ],
      );
      assert.deepEqual(listTargets(groups)[1], {
        __address__: 'b:2',
        __meta_filepath: '/f',
        env: 'prod',
        'dotted.name': 'ü',
      });
    }
  });

  it('is refused with what is wrong and where', () => {
    const check = (text: string, want: RegExp): void =>
      assert.throws(() => readJsonGroups(text, OPTIONS), want);
    check('{', /cannot read the targets of here: not valid JSON/);
    check('{}', /want a list of groups/);
    check('[null]', /group 0 is not a map/);
    check('[{"target": ["a"]}]', /group 0 has an unknown field "target"/);
    check('[{"targets": "a"}]', /group 0, targets: want a list of texts/);
    check('[{"targets": [1]}]', /group 0, targets: want a list of texts/);
    check('[{"targets": []}, {"labels": {"a": 1}}]', /group 1: label "a" must be a text/);
    check('[{"labels": {"": "x"}}]', /group 0: "" is not a valid label name/);
    const yaml = (text: string, want: RegExp): void =>
      assert.throws(() => readYamlGroups(text, OPTIONS), want);
    yaml('- targts: [a]', /here:1:3: field "targts" is not known/);
    yaml('-', /a group is empty/);
    yaml('targets: [a]', /must be a list/);
    yaml('- [', /here:/);
  });

  it('is read or refused, whatever it is made of', () => {
    const seed = 20_260_904;
    const random = createSeededRandom(seed);
    const base = JSON.stringify(GROUPS);
    for (let round = 0; round < 800; round++) {
      const chars = base.split('');
      for (let edit = 0; edit <= random.float() * 4; edit++) {
        const at = Math.floor(random.float() * chars.length);
        const other = '[]{}",:&*!0\n -\u0000ü'[Math.floor(random.float() * 17)];
        chars.splice(at, random.float() < 0.5 ? 1 : 0, other);
      }
      for (const read of [readJsonGroups, readYamlGroups]) checkRead(read, chars.join(''), seed);
    }
  });
});

function checkRead(read: typeof readJsonGroups, text: string, seed: number): void {
  try {
    for (const { targets } of read(text, OPTIONS)) assert.ok(Array.isArray(targets));
  } catch (error) {
    const why = `seed ${seed}, ${JSON.stringify(text)}: ${errorMessage(error)}`;
    assert.ok(error instanceof AppError, why);
  }
}
