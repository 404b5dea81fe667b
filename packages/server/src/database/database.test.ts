import assert from 'node:assert/strict';
import { it } from 'node:test';
import { forEachDatabase } from './testing.ts';
forEachDatabase((open) => {
  it('opens', async () => {
    const db = await open();
    assert.ok(db);
    await db.close();
    await open();
  });
  it('opens again', async () => {
    await open();
  });
});
