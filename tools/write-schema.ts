/** Writes `schema.sql` anew, after a migration was added: `node tools/write-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { describeSchema, SCHEMA_FILE } from '../packages/server/src/database/schema-snapshot.ts';

writeFileSync(SCHEMA_FILE, await describeSchema());
