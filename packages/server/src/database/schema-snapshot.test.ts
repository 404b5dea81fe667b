import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { describeSchema, SCHEMA_FILE } from './schema-snapshot.ts';

it('describes in schema.sql what the migrations add up to', async () => {
  assert.equal(
    readFileSync(SCHEMA_FILE, 'utf8'),
    await describeSchema(),
    'the schema has changed: run node tools/write-schema.ts and look at the difference',
  );
});
