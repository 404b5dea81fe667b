/** The chain, in order; a new migration is added at the end. */
import type { Migration } from '../migration.ts';
import { identityMigration } from './0001-identity.ts';
import { alertsMigration } from './0002-alerts.ts';

export const migrations: readonly Migration[] = [identityMigration, alertsMigration];
