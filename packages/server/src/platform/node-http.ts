/**
 * What we use of `node:http` by itself, without what an import of it brings along.
 *
 * An import statement reads every property of a built-in module, and those by which `node:http`
 * offers WebSocket and its like load all of Node's own `fetch`: 7 MiB and 50 ms of each start, for
 * something that nothing here uses. The same holds for a call of `fetch`.
 */
import type { Agent } from 'node:http';

export const {
  request: httpRequest,
  Agent: HttpAgent,
  createServer: createNodeServer,
} = process.getBuiltinModule('node:http');
export type HttpAgent = Agent;
