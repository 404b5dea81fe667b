import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sourceStack } from './source-stack.ts';

/** Line 2 of the joined file is line 5 of the module. */
const MAP = { version: 3, sources: ['../../src/alert.ts'], names: [], mappings: ';AAIA' };

function joinedFile(map?: object): { readonly root: string; readonly url: string } {
  const root = mkdtempSync(join(tmpdir(), 'nines-stack-'));
  const dir = join(root, '.cache', 'nines-server');
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'alerts-1.mjs');
  if (map !== undefined) writeFileSync(`${path}.map`, JSON.stringify(map));
  return { root, url: pathToFileURL(path).href };
}

function stackAt(place: string): string {
  const error = new Error('the page has no alert');
  error.stack = `Error: the page has no alert\n    at openPage (${place})\n    at node:internal:1:1`;
  return sourceStack(error);
}

describe('the stack of an error', () => {
  it('names the module and its line where the server runs joined', () => {
    const { root, url } = joinedFile(MAP);
    const source = pathToFileURL(join(root, 'src', 'alert.ts')).href;
    assert.equal(
      stackAt(`${url}:2:1`),
      `Error: the page has no alert\n    at openPage (${source}:5:1)\n    at node:internal:1:1`,
    );
  });

  it('keeps the place in the joined file where no map tells of it', () => {
    const { url } = joinedFile();
    assert.match(stackAt(`${url}:2:1`), /alerts-1\.mjs:2:1/);
  });

  it('is left as it is where the modules are loaded themselves', () => {
    const error = new Error('as it is');
    assert.equal(sourceStack(error), error.stack);
  });
});
