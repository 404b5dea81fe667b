/** Entry of the threads that work on the records; all they do is in `database`. */
import { parentPort, workerData } from 'node:worker_threads';
import { isBackupTask, runBackup } from '../database/backup-thread.ts';
import { runWriter } from '../database/writer-thread.ts';

if (parentPort !== null) {
  if (isBackupTask(workerData)) await runBackup(workerData, parentPort);
  else if (typeof workerData === 'string') runWriter(workerData, parentPort);
}
