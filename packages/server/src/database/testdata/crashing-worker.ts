/** A writer that crashes when it is asked to; for tests of what follows a crash. */
import { parentPort, workerData } from 'node:worker_threads';
import { runWriter, type WriterRequest } from '../writer-thread.ts';

parentPort?.on('message', (request: WriterRequest) => {
  if (request.kind === 'write' && request.batches.flat().some(({ sql }) => sql === 'CRASH')) {
    process.exit(1);
  }
});
if (parentPort !== null) runWriter(String(workerData), parentPort);
