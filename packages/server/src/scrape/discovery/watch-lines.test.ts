import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WatchLines } from './watch-lines.ts';

describe('lines of a watch', () => {
  const check = (pieces: readonly string[], want: readonly string[]): void => {
    const lines = new WatchLines(8);
    assert.deepEqual(
      pieces.flatMap((piece) => lines.push(piece)),
      want,
    );
  };

  it('are whole however they come', () => {
    check(['{"a":1}\n'], ['{"a":1}']);
    check(['{"a"', ':', '1}', '\n{'], ['{"a":1}']);
    check(['a\nb\nc', '\n'], ['a', 'b', 'c']);
    check(['\n \r\n', 'a\n'], ['a']);
    check(['', ''], []);
    check(['12345678\n12345678\n'], ['12345678', '12345678']);
  });

  it('are refused where one is too long, before its end has come', () => {
    const lines = new WatchLines(8);
    assert.deepEqual(lines.push('1234'), []);
    assert.throws(() => lines.push('56789'), /too large/);
    assert.throws(() => new WatchLines(8).push('a\n123456789'), /too large/);
  });
});
