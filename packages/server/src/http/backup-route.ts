/** Streams a backup to whoever asks; a reader that goes away ends it. */
import type { Readable } from 'node:stream';
import { BACKUP_PATH } from '@nines/contract';
import type { FastifyInstance } from 'fastify';

/** Takes a backup; the archive is read at the pace of the connection. */
export type OpenBackup = (
  signal: AbortSignal,
) => Promise<{ readonly fileName: string; readonly archive: Readable }>;

/** Mounts `GET /api/nines/v1/backup`, for admins: it holds all that there is. */
export function mountBackupRoute(server: FastifyInstance, open: OpenBackup): void {
  // A HEAD request would be a backup that nobody reads.
  const options = { exposeHeadRoute: false, config: { access: 'admin', isStream: true } } as const;
  server.get(BACKUP_PATH, options, async (_request, reply) => {
    const gone = new AbortController();
    // Of this answer, and not of the connection, which may bring many.
    reply.raw.once('close', () => gone.abort());
    const { fileName, archive } = await open(gone.signal);
    reply.headers({
      'content-type': 'application/zstd',
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'no-store',
    });
    return reply.send(archive);
  });
}
