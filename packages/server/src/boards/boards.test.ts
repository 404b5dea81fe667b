import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { AddPanelRequest } from '@nines/contract';
import { AppError } from '../platform/index.ts';
import { createBoardFiles } from './board-files.ts';
import { createBoards } from './boards.ts';
import { readBoard } from './read-board.ts';

const TEXT = 'panels:\n  - title: A # first\n    queries: [{expr: up}]\n';

function setUp(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'nines-boards-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'shop.yaml');
  writeFileSync(file, TEXT);
  let changeCount = 0;
  const boards = createBoards({ files: createBoardFiles(), onChange: () => changeCount++ });
  boards.apply({ folder, boards: [readBoard({ file, text: TEXT }).board] });
  return { folder, file, boards, changes: () => changeCount };
}

function ask(hash: string | null, expression = 'up == 0'): AddPanelRequest {
  const queries = [{ expression, legend: null }];
  return { panel: { title: 'Down', kind: 'line', unit: null, queries }, hash, boardTitle: null };
}

const checkRefused = (act: () => unknown, code: string, want: RegExp) =>
  assert.throws(act, (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.match(error.message, want);
    return true;
  });

describe('boards', () => {
  it('write a panel to the file, and show it at once', (context) => {
    const { file, boards, changes, folder } = setUp(context);
    chmodSync(file, 0o640);
    const [{ hash }] = boards.list().boards;
    const next = boards.addPanel('shop', ask(hash));
    assert.equal(readFileSync(file, 'utf8'), next.text);
    assert.ok(next.text.startsWith(TEXT), next.text);
    assert.deepEqual(
      boards.get('shop').panels.map(({ title }) => title),
      ['A', 'Down'],
    );
    assert.equal(changes(), 1);
    assert.deepEqual(boards.expressions(), ['up', 'up == 0']);
    assert.deepEqual(readdirSync(folder), ['shop.yaml']);
    boards.addPanel('shop', ask(next.hash));
    assert.equal(boards.list().boards[0].panelCount, 3);
  });
  it('begin a file for a new board', (context) => {
    const { folder, boards } = setUp(context);
    boards.addPanel('pay', { ...ask(null), boardTitle: 'Payments' });
    assert.match(readFileSync(join(folder, 'pay.yaml'), 'utf8'), /^title: Payments\npanels:\n/);
  });
  it('write nothing over what somebody else wrote', (context) => {
    const { file, boards, changes, folder } = setUp(context);
    writeFileSync(file, `# by hand\n${TEXT}`);
    const [{ hash }] = boards.list().boards;
    checkRefused(() => boards.addPanel('shop', ask(hash)), 'BOARD_CHANGED', /changed on disk/);
    checkRefused(() => boards.addPanel('shop', ask('old')), 'BOARD_CHANGED', /has changed since/);
    writeFileSync(join(folder, 'pay.yaml'), TEXT);
    checkRefused(() => boards.addPanel('pay', ask(null)), 'BOARD_EXISTS', /there is a file/);
    checkRefused(() => boards.addPanel('shop', ask(null)), 'BOARD_EXISTS', /already/);
    assert.equal(readFileSync(file, 'utf8'), `# by hand\n${TEXT}`);
    assert.deepEqual([changes(), readdirSync(folder).length], [0, 2]);
  });
  it('write nothing that the next reload would refuse', (context) => {
    const { file, boards } = setUp(context);
    const [{ hash }] = boards.list().boards;
    const act = () => boards.addPanel('shop', ask(hash, 'up{'));
    checkRefused(act, 'PANEL_INVALID', /shop.yaml:\d+:\d+: panels\[1\]/);
    checkRefused(() => boards.format(ask(null, 'up{').panel), 'PANEL_INVALID', /cannot be read/);
    checkRefused(() => boards.addPanel('../x', ask(null)), 'PANEL_INVALID', /cannot be called/);
    assert.equal(readFileSync(file, 'utf8'), TEXT);
  });
  it('say why a folder takes nothing', (context) => {
    const { folder, file, boards } = setUp(context);
    assert.equal(boards.list().readOnlyReason, null);
    // A file in the place of a folder is refused to everybody, an administrator of the machine too.
    boards.apply({ folder: join(file, 'inside'), boards: [] });
    checkRefused(() => boards.addPanel('x', ask(null)), 'BOARD_UNWRITABLE', /ENOTDIR|EEXIST/);
    boards.apply({ folder: join(folder, 'later'), boards: [] });
    assert.equal(boards.addPanel('x', ask(null)).name, 'x');
    checkRefused(() => boards.get('y'), 'BOARD_NOT_FOUND', /no board "y"/);
  });
});
