/** Whether Nines has seen every instance of the shop, by Nines' own word. */
import { setTimeout } from 'node:timers/promises';
import { createClient } from '@nines/contract';
import { readLocalServer } from '../packages/server/src/cli/index.ts';

const ASK_EVERY_MS = 250;

/**
 * Waits until Nines has scraped all of them with success. A scrape that an instance has answered may
 * still have come too late for Nines, and then the first requests would be counted by nobody:
 * what a counter had before it was first seen is not known to be new.
 */
export async function waitUntilSeen(options: {
  readonly ninesDir: string;
  readonly instances: readonly { readonly instance: string }[];
  readonly signal: AbortSignal;
}): Promise<void> {
  const { ninesDir, instances, signal } = options;
  const wanted = new Set(instances.map(({ instance }) => instance));
  while (!signal.aborted) {
    // Busy with its start; when it ends altogether, the demo hears of that elsewhere.
    const seen = await listSeen(ninesDir).catch(() => new Set<string>());
    if (wanted.isSubsetOf(seen)) return;
    await setTimeout(ASK_EVERY_MS);
  }
}

async function listSeen(ninesDir: string): Promise<ReadonlySet<string>> {
  const local = readLocalServer(ninesDir);
  if (local === undefined) return new Set();
  const client = createClient(async ({ method, path }) => {
    const headers = { authorization: `Bearer ${local.token}` };
    const response = await fetch(local.url + path, { method, headers });
    return { status: response.status, body: await response.json() };
  });
  const { targets } = await client('listTargets', {});
  return new Set(targets.filter(({ health }) => health === 'up').map(({ instance }) => instance));
}
