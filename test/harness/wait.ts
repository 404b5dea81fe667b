/** Waits for something to become true in another process, where nothing tells us. */
import { setTimeout } from 'node:timers/promises';

const EVERY_MS = 50;

/** Asks again and again until the answer is not undefined; fails with what was last seen. */
export async function waitUntil<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  timeoutMs = 20_000,
): Promise<Answer> {
  const deadlineMs = performance.now() + timeoutMs;
  while (performance.now() < deadlineMs) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await setTimeout(EVERY_MS);
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
}
