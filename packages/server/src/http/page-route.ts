/** Serves the built web page: hashed assets for ever, everything else is the page itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { notFound } from '../platform/index.ts';

/** Where a path that is not a file is answered with JSON, so that scripts see their mistakes. */
const MACHINE_PATHS = /^\/(api|-|metrics|federate)(\/|$)/;

/** Mounts the page from a folder that `vite build` made. */
export async function mountPageRoute(server: FastifyInstance, distDir: string): Promise<void> {
  const isBuilt = existsSync(join(distDir, 'index.html'));
  await server.register(fastifyStatic, { root: distDir, serve: false, cacheControl: false });
  const open = { config: { isPublic: true } };
  server.get<{ Params: { '*': string } }>('/assets/*', open, async (request, reply) => {
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return reply.sendFile(`assets/${request.params['*']}`);
  });
  server.get<{ Params: { file: string } }>('/:file', open, async (request, reply) => {
    const { file } = request.params;
    const isFile = /^[\w-]+\.(svg|png|ico|webmanifest|txt)$/.test(file);
    if (isFile && existsSync(join(distDir, file))) return reply.sendFile(file);
    return sendPage(request.url, reply);
  });
  server.get('/*', open, async (request, reply) => sendPage(request.url, reply));

  async function sendPage(
    url: string,
    reply: Parameters<Parameters<typeof server.get>[1]>[1],
  ): Promise<unknown> {
    const path = url.split('?')[0];
    if (MACHINE_PATHS.test(path)) {
      throw notFound(
        'HTTP_ROUTE_NOT_FOUND',
        `there is no ${path} here; see docs/reference/http-api.md`,
      );
    }
    if (!isBuilt) {
      return reply
        .code(503)
        .type('text/plain')
        .send('The page is not built. Run: npm run prepare\n');
    }
    // The page names its assets by hash, so it must never be the stale one.
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  }
}
