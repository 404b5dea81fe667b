import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { RuleDraft, SaveRuleRequest } from '@nines/contract';
import { AppError, conflict, hashText } from '../platform/index.ts';
import { readRuleFile } from '../rules/index.ts';
import { createRuleFiles } from './rule-files.ts';

const TEXT =
  'groups:\n  - name: shop\n    rules:\n      - alert: Down # by hand\n        expr: up == 0\n';
const AUTHOR = { login: 'mina', nowMs: Date.UTC(2026, 10, 24) };
const DRAFT: RuleDraft = {
  name: 'Slow',
  expression: 'load > 1',
  forMs: 0,
  output: 'page',
  labels: {},
  summary: '',
  playbook: '',
  probationDays: 7,
  review: [true, true, true, true, true],
};

const checkExpression = (text: string) =>
  text === 'up{' ? { message: 'unclosed', offset: 2 } : undefined;

function setUp(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'nines-rules-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'shop.yml');
  writeFileSync(file, TEXT);
  const known = [file];
  const read = () =>
    known.filter(existsSync).map((name) => {
      const text = readFileSync(name, 'utf8');
      const { groups } = readRuleFile({ text, file: name, checkExpression });
      return { file: name, hash: hashText(text), groups };
    });
  const state = { files: read(), refuses: false, reloadCount: 0 };
  const ruleFiles = createRuleFiles({
    inForce: () => ({ folder, files: state.files }),
    readText: (name) => readFileSync(name, 'utf8'),
    format: () => ({ checkExpression }),
    async reload() {
      state.reloadCount++;
      if (state.refuses) throw conflict('CONFIG_REFUSED', 'nines.yaml:1:1: no');
      if (!known.includes(join(folder, 'pay.yaml'))) known.push(join(folder, 'pay.yaml'));
      state.files = read();
    },
  });
  return { folder, file, state, ruleFiles };
}

const ask = (file: string | null, about: Partial<SaveRuleRequest> = {}): SaveRuleRequest => ({
  rule: DRAFT,
  file,
  hash: null,
  group: 'shop',
  ...about,
});

const refused = async (act: Promise<unknown>, code: string, want: RegExp) =>
  assert.rejects(act, (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.match(error.message, want);
    return true;
  });

describe('rule files', () => {
  it('take a rule, come into force, end its probation, and go back', async (context) => {
    const { file, state, ruleFiles } = setUp(context);
    const [{ hash }] = ruleFiles.list().files;
    const saved = await ruleFiles.save(ask(file, { hash }), AUTHOR);
    assert.equal(state.reloadCount, 1);
    assert.ok(readFileSync(file, 'utf8').startsWith(TEXT));
    assert.equal(saved.hash, hashText(readFileSync(file, 'utf8')));
    const ended = await ruleFiles.endProbation({ rule: 'Slow' });
    assert.doesNotMatch(readFileSync(file, 'utf8'), /nines_probation/);
    await refused(ruleFiles.endProbation({ rule: 'Slow' }), 'RULE_NOT_ON_PROBATION', /"Slow"/);
    await ruleFiles.undo(ended);
    await ruleFiles.undo(saved);
    assert.equal(readFileSync(file, 'utf8'), TEXT);
    await refused(ruleFiles.undo(saved), 'RULE_UNDO_GONE', /by hand/);
  });
  it('begin with a file of the group’s name, which an undo removes', async (context) => {
    const { folder, ruleFiles } = setUp(context);
    const saved = await ruleFiles.save(ask(null, { group: 'pay' }), AUTHOR);
    assert.equal(saved.file, join(folder, 'pay.yaml'));
    const again = ask(null, { group: 'pay', rule: { ...DRAFT, name: 'Other' } });
    await refused(ruleFiles.save(again, AUTHOR), 'RULE_FILE_EXISTS', /pay\.yaml already/);
    await ruleFiles.undo(saved);
    assert.ok(!existsSync(saved.file));
  });
  it('are as they were where the configuration is refused', async (context) => {
    const { folder, file, state, ruleFiles } = setUp(context);
    state.refuses = true;
    await refused(
      ruleFiles.save(ask(file), AUTHOR),
      'RULE_NOT_IN_FORCE',
      /left as it was.*1:1: no/,
    );
    assert.equal(readFileSync(file, 'utf8'), TEXT);
    await refused(ruleFiles.save(ask(null, { group: 'pay' }), AUTHOR), 'RULE_NOT_IN_FORCE', /pay/);
    assert.ok(!existsSync(join(folder, 'pay.yaml')));
  });
  it('lose no change that somebody else made', async (context) => {
    const { file, state, ruleFiles } = setUp(context);
    await refused(ruleFiles.save(ask(file, { hash: 'x' }), AUTHOR), 'RULE_FILE_CHANGED', /changed/);
    const saved = await ruleFiles.save(ask(file), AUTHOR);
    writeFileSync(file, `# pulled\n${TEXT}`);
    const other = { ...DRAFT, name: 'Other' };
    await refused(ruleFiles.save(ask(file, { rule: other }), AUTHOR), 'RULE_FILE_CHANGED', /shop/);
    await refused(ruleFiles.undo(saved), 'RULE_FILE_CHANGED', /shop/);
    assert.equal(readFileSync(file, 'utf8'), `# pulled\n${TEXT}`);
    assert.equal(state.reloadCount, 1);
  });
  it('refuse what would not come into force', async (context) => {
    const { file, ruleFiles } = setUp(context);
    const save = async (about: Partial<RuleDraft>, group = 'shop', into: string | null = file) =>
      ruleFiles.save(ask(into, { rule: { ...DRAFT, ...about }, group }), AUTHOR);
    await refused(save({ expression: 'up{' }), 'RULE_INVALID', /shop\.yml:\d+:\d+: .*unclosed/);
    await refused(save({ labels: { severity: 'log' } }), 'RULE_INVALID', /made of the output/);
    await refused(save({ name: 'Down' }), 'RULE_EXISTS', /"Down" in .*shop\.yml/);
    await refused(save({}, '../etc', null), 'RULE_INVALID', /cannot be called/);
    await refused(save({}, 'shop', '/etc/passwd'), 'RULE_FILE_NOT_FOUND', /no rule file/);
    assert.throws(() => ruleFiles.format({ ...DRAFT, expression: 'up{' }, AUTHOR), /unclosed/);
    assert.equal(readFileSync(file, 'utf8'), TEXT);
  });
});
