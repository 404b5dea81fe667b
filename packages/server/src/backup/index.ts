/**
 * A backup of everything in one archive, taken while the server runs, and the way back.
 *
 * The archive (docs/formats/backup.md) says at its beginning what it holds and at its end the
 * checksum of each file, so it is written and read in one pass, without ever being in memory.
 * Records are copied first and series after them: what a record refers to had been stored before
 * it, so the series know all that the records speak of (ADR 57).
 */
export { type ArchiveContents, readArchive } from './archive-reader.ts';
export { backupFileName, type BackupHead, countRecords } from './model.ts';
export { restoreArchive, type Restored } from './restore.ts';
export {
  type Backups,
  type BackupSources,
  type ConfigCopy,
  createBackups,
  type OpenBackup,
} from './service.ts';
