/** Entry of the thread that writes the records; all it does is in `database`. */
import { parentPort, workerData } from 'node:worker_threads';
import { runWriter } from '../database/writer-thread.ts';

if (parentPort !== null) runWriter(workerData, parentPort);
