import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { Command } from './command.ts';
import { formatCompletion, SHELLS, type Shell } from './completion.ts';

const run = async () => 0 as const;
const COMMANDS: readonly Command[] = [
  {
    name: 'serve',
    operands: '',
    summary: "run the server: don't [stop] it",
    options: {
      data: { type: 'string', value: 'DIR', summary: 'the data folder: [./data] by default' },
      json: { type: 'boolean', summary: "it's JSON" },
    },
    run,
  },
  {
    name: 'user',
    operands: 'VERB NAME',
    summary: 'people',
    words: ['create', 'list', 'link'],
    options: {},
    run,
  },
  { name: 'warm-cache', operands: '', summary: '', options: {}, run },
];

/** Whether the shell is here to try its script. */
const has = (shell: Shell): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

describe('completion in bash', { skip: has('bash') ? false : 'no bash' }, () => {
  /** What bash offers for a line that ends where the cursor is. */
  function complete(...words: readonly string[]): readonly string[] {
    const script = `${formatCompletion('bash', COMMANDS)}
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_nines
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', 'nines', ...words], {
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    return stdout.split('\n').filter((line) => line !== '');
  }
  const check = (words: readonly string[], want: readonly string[]): void =>
    assert.deepEqual(complete(...words), want, words.join(' '));

  it('offers commands, but for those that nobody types', () => {
    check([''], ['serve', 'user', 'help', 'version']);
    check(['s'], ['serve']);
    check(['w'], []);
  });
  it('offers the options of the command that is there', () => {
    check(['serve', '--'], ['--data', '--json', '--help']);
    check(['serve', '--json', '--d'], ['--data']);
    check(['user', '--d'], []);
  });
  it('offers the words of a command, once', () => {
    check(['user', ''], ['create', 'list', 'link']);
    check(['user', 'li'], ['list', 'link']);
    check(['user', 'link', 'l'], []);
  });
  it('leaves values to the names of files', () => {
    check(['serve', '--data', ''], []);
    check(['serve', '--data', '--'], []);
  });
});

describe('completion', () => {
  it('is a script that its shell can read', () => {
    for (const shell of SHELLS.filter(has)) {
      const input = formatCompletion(shell, COMMANDS);
      const { status, stderr } = spawnSync(shell, ['-n'], { input, encoding: 'utf8' });
      assert.equal(status, 0, `${shell}: ${stderr}`);
    }
  });
  it('ends no quote early', () => {
    assert.match(
      formatCompletion('zsh', COMMANDS),
      /'--data\[the data folder\\: \\\[.\/data\\\] by default\]:DIR:_files'/,
    );
    assert.match(formatCompletion('zsh', COMMANDS), /'--json\[it'\\''s JSON\]'/);
    assert.match(formatCompletion('fish', COMMANDS), /-l json -d 'it\\'s JSON'/);
  });
});
