/** How the page sends a request: same origin, the session's cookie, JSON both ways. */
import type { Send } from '@nines/contract';

/** Longer than any answer should take; an unanswered request must not wait for ever. */
const TIMEOUT_MS = 30_000;
/** Whoever can call a request off may wait for as long as the server works at it. */
const CANCELLABLE_MS = 120_000;

/**
 * Sent with whatever changes something. A foreign site cannot make a browser send it, so the
 * server refuses a change that comes without.
 */
export const GUARD_HEADER = { 'X-Nines-Request': '1' } as const;

/** The server could not be asked at all. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

export function createSend(fetchFn: typeof fetch): Send {
  return async ({ method, path, body, signal }) => {
    const response = await fetchFn(path, {
      method,
      credentials: 'same-origin',
      headers: { Accept: 'application/json', ...changeHeaders(method, body) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: limitTime(signal),
    }).catch((cause: unknown) => {
      throw new UnreachableError('the server cannot be reached', { cause });
    });
    return { status: response.status, body: await readJson(response) };
  };
}

function limitTime(signal: unknown): AbortSignal {
  if (!(signal instanceof AbortSignal)) return AbortSignal.timeout(TIMEOUT_MS);
  return AbortSignal.any([signal, AbortSignal.timeout(CANCELLABLE_MS)]);
}

function changeHeaders(method: string, body: unknown): Readonly<Record<string, string>> {
  if (method === 'GET') return {};
  return body === undefined
    ? GUARD_HEADER
    : { ...GUARD_HEADER, 'Content-Type': 'application/json' };
}

/** The body as JSON; undefined where there is none or a proxy answered with a page of its own. */
export async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    // The status says what went wrong; the body would only be shown as noise.
    return undefined;
  }
}
