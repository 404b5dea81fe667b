/** The chain, in order; a new migration is added at the end. */
import type { Migration } from '../migration.ts';
import { identityMigration } from './0001-identity.ts';
import { alertsMigration } from './0002-alerts.ts';
import { rolesMigration } from './0003-roles.ts';
import { channelProofsMigration } from './0004-channel-proofs.ts';
import { alertOriginAndTagsMigration } from './0005-alert-origin-and-tags.ts';
import { alertmanagerMigration } from './0006-alertmanager.ts';
import { silencesMigration } from './0007-silences.ts';

export const migrations: readonly Migration[] = [
  identityMigration,
  alertsMigration,
  rolesMigration,
  channelProofsMigration,
  alertOriginAndTagsMigration,
  alertmanagerMigration,
  silencesMigration,
];
