import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from './random.ts';
import { joinPieces } from './testing.ts';
import { formatFault, readYaml, readYamlDocuments, type YamlValue } from './yaml-reader.ts';

/** Reads a text with a function and answers the faults as lines. */
function faultsOf(text: string, read: (root: YamlValue) => void): readonly string[] {
  const { root, faults } = readYaml({ text, file: 'f.yaml' });
  read(root);
  return faults.map(formatFault);
}

describe('reading YAML', () => {
  it('gives values of each kind', () => {
    const { root, faults } = readYaml({
      text: 'name: a\ncount: 3\nwait: 1m30s\non: true\nlist: [1, 2]\nnothing:\n',
      file: 'f.yaml',
    });
    const fields = root.fields(['name', 'count', 'wait', 'on', 'list', 'nothing']);
    assert.equal(fields.find('name')?.string(), 'a');
    assert.equal(fields.find('count')?.number(), 3);
    assert.equal(fields.find('wait')?.durationMs(), 90_000);
    assert.equal(fields.find('on')?.boolean(), true);
    assert.deepEqual(
      fields
        .find('list')
        ?.list()
        .map((item) => item.number()),
      [1, 2],
    );
    assert.equal(fields.find('nothing'), undefined);
    assert.deepEqual(faults, []);
  });

  it('keeps scalars as they were written', () => {
    const { root } = readYaml({ text: 'a: 007\nb: 1e3\nc: "no"', file: 'f.yaml' });
    const fields = root.fields(['a', 'b', 'c']);
    assert.equal(fields.find('a')?.string(), '007');
    assert.equal(fields.find('b')?.string(), '1e3');
    assert.equal(fields.find('c')?.string(), 'no');
  });

  it('names all faults of a file with their places', () => {
    const text = 'wait: soon\ncount: many\nlist: {}\n';
    assert.deepEqual(
      faultsOf(text, (root) => {
        const fields = root.fields(['wait', 'count', 'list']);
        fields.find('wait')?.durationMs();
        fields.find('count')?.number();
        fields.find('list')?.list();
      }),
      [
        'f.yaml:1:7: wait: not a valid duration string: "soon"; want a duration such as 15s or 1h30m',
        'f.yaml:2:8: count must be a number, got "many"',
        'f.yaml:3:7: list must be a list, got a map',
      ],
    );
  });

  it('guesses what a mistyped field was to be', () => {
    const read = (root: YamlValue): void => void root.fields(['scrape_interval']);
    assert.deepEqual(faultsOf('scrape_intervall: 1s', read), [
      'f.yaml:1:1: field "scrape_intervall" is not known in the document; did you mean "scrape_interval"?',
    ]);
  });

  it('refuses a field that stands twice', () => {
    const read = (root: YamlValue): void => void root.fields(['a']);
    assert.deepEqual(faultsOf('a: 1\na: 2', read), [
      'f.yaml:2:1: field "a" stands twice in the document',
    ]);
  });

  it('tells broken syntax with its line', () => {
    const [fault] = faultsOf('a: [1\nb: 2\n', () => {});
    assert.match(fault, /^f\.yaml:[12]:\d+: /);
  });

  it('follows aliases and merges', () => {
    const { root, faults } = readYaml({ text: 'a: &x {n: 1}\nb: *x\n', file: 'f.yaml' });
    const b = root.fields(['a', 'b']).find('b');
    assert.equal(b?.fields(['n']).find('n')?.number(), 1);
    assert.deepEqual(faults, []);
  });

  it('merges maps, the own keys first, each map once', () => {
    const text = [
      'base: &base {a: 1, b: 1}',
      'more: &more {b: 2, c: 2}',
      'both: &both {<<: [*base, *more], a: 0}',
      'self: &self {<<: *self, d: 3}',
    ];
    for (let i = 0; i < 60; i++)
      text.push(`k${i}: &k${i} {<<: [*${i === 0 ? 'both' : `k${i - 1}`}, *both]}`);
    const { root, faults } = readYaml({ text: text.join('\n'), file: 'f.yaml' });
    const found = new Map(root.entries().map(({ key, value }) => [key.string(), value]));
    const shown = (name: string) =>
      found
        .get(name)
        ?.entries()
        .map(({ key, value }) => `${key.string()}=${value.string()}`);
    assert.deepEqual(shown('both'), ['a=0', 'b=1', 'c=2']);
    assert.deepEqual(shown('self'), ['d=3']);
    assert.deepEqual(shown('k59'), ['a=0', 'b=1', 'c=2']);
    assert.deepEqual(faults, []);
  });

  it('refuses anchors by the hundred and nesting by the thousand', () => {
    const anchors = Array.from({ length: 200 }, (_, i) => `k${i}: &a${i} 1`).join('\n');
    assert.match(faultsOf(anchors, () => {})[0], /200 anchors; at most 100/);
    assert.match(faultsOf('['.repeat(5000), () => {})[0], /nested too deeply/);
    assert.match(faultsOf(`${'- '.repeat(5000)}x`, () => {})[0], /nested too deeply/);
  });

  it('reads several documents with the places of the whole file', () => {
    const text = '# nothing\n---\na: 1\n---\n---\na: x\n';
    const { roots, faults } = readYamlDocuments({ text, file: 'f.yaml' });
    assert.deepEqual(
      roots.map((root) => root.fields(['a']).find('a')?.number()),
      [1, 0],
    );
    assert.deepEqual(faults.map(formatFault), ['f.yaml:6:4: a must be a number, got "x"']);
    assert.deepEqual(readYamlDocuments({ text: '', file: 'f.yaml' }), { roots: [], faults: [] });
    const many = readYamlDocuments({ text: '---\n'.repeat(1001), file: 'f.yaml' });
    assert.match(many.faults[0].message, /1001 documents; at most 1000/);
  });

  it('survives hostile text', () => {
    const seed = 20260101;
    const random = createSeededRandom(seed);
    const pieces = [
      'a: ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '&x ',
      '*x',
      '!!',
      '"',
      "'",
      '|\n',
      ': ',
      '#',
      '\t',
      '\u0000',
      '---\n',
      '? ',
      '<<: *x',
    ];
    for (let round = 0; round < 300; round++) {
      const text = joinPieces(random, pieces, 39);
      const file = `seed ${seed} round ${round}`;
      walk(readYaml({ text, file }).root);
      readYamlDocuments({ text, file }).roots.forEach(walk);
    }
  });
});

function walk(value: YamlValue): void {
  if (value.kind === 'map') value.entries().forEach((entry) => walk(entry.value));
  else if (value.kind === 'list') value.list().forEach(walk);
  else if (value.kind === 'scalar') value.string();
}
