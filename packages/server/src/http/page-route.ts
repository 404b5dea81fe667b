/** Serves the built web page: hashed assets for ever, everything else is the page itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { API_PREFIX, PATHS } from '@nines/contract';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { noRoute, readCookie, SESSION_COOKIE } from './server.ts';

/** Where a path that is not a file is answered with JSON, so that scripts see their mistakes. */
const MACHINE_PATHS = /^\/(api|-|metrics|federate)(\/|$)/;
/** Vite names these by their content. */
const HASHED_ASSET = /^\/assets\/\w[\w.-]*$/;
const PLAIN_FILE = /^\/[\w-]+\.(svg|png|ico|webmanifest|txt)$/;
/** What a browser keeps for when nothing answers; it must learn of a new version at once. */
const OFFLINE_FILE = /^\/(service-worker\.js|offline\.js|offline\.html)$/;

/**
 * What the board asks for first. A browser that is signed in begins to fetch it with the page, while
 * the script that will ask is still on its way.
 */
const FIRST_ANSWERS = [PATHS.getSession, PATHS.getBoard]
  .map(({ path }) => `<${API_PREFIX}${path}>; rel=preload; as=fetch; crossorigin`)
  .join(', ');

/** Mounts the page from a folder that `vite build` made. */
export async function mountPageRoute(server: FastifyInstance, distDir: string): Promise<void> {
  const isBuilt = existsSync(join(distDir, 'index.html'));
  await server.register(fastifyStatic, {
    root: distDir,
    serve: false,
    cacheControl: false,
    // The files that tools/compress-page.ts leaves beside the others, where it has run.
    preCompressed: true,
  });
  const config = { access: 'public', answersAtStart: true } as const;
  server.get('/*', { config }, async (request, reply) => {
    const [path] = request.url.split('?', 1);
    if (MACHINE_PATHS.test(path)) throw noRoute(request.method, path);
    if (path.startsWith('/assets/')) {
      const isThere = HASHED_ASSET.test(path) && existsSync(join(distDir, path));
      if (!isThere) throw noRoute(request.method, path);
      reply.header('cache-control', 'public, max-age=31536000, immutable');
      return reply.sendFile(path);
    }
    if (PLAIN_FILE.test(path) && existsSync(join(distDir, path))) return reply.sendFile(path);
    if (OFFLINE_FILE.test(path) && existsSync(join(distDir, path))) {
      return reply.header('cache-control', 'no-cache').sendFile(path);
    }
    if (!isBuilt) {
      return reply.code(503).type('text/plain').send('The page is not built: npm run prepare\n');
    }
    // The page names its assets by hash, so it must never be a stale one.
    reply.header('cache-control', 'no-cache');
    const isSignedIn = readCookie(request.headers.cookie, SESSION_COOKIE) !== undefined;
    if (path === '/' && isSignedIn) reply.header('link', FIRST_ANSWERS);
    return reply.sendFile('index.html');
  });
}
