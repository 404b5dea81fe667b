/**
 * The demo's shop (demo/README.md), as its page sees it: what is broken, and how many customers come.
 * The shop is another process with a control of its own on loopback; we pass on and check.
 */
import type { IncomingMessage } from 'node:http';
import type { DemoFault, DemoState, RouteHandlers } from '@nines/contract';
import {
  AppError,
  errorMessage,
  type httpRequest,
  notFound,
  type RequestContext,
  systemErrorCode,
  timedOut,
  unavailable,
} from '../platform/index.ts';
import { DEMO_ANSWER_BYTES_MAX, DEMO_FAULTS_MAX, DEMO_TIMEOUT_MS } from './limits.ts';

export interface DemoRoutesOptions {
  /** Where the shop is controlled, by the configuration in force; undefined: there is no shop. */
  readonly control: () => URL | undefined;
  /** Begins one request; `httpRequest` in production, which follows no redirects. */
  readonly request: SendRequest;
}

type SendRequest = typeof httpRequest;

/** The shop's own answer; see demo/faults.ts. */
type ShopState = Pick<DemoState, 'faults' | 'requestsPerSecond' | 'isLoadOn'>;

const NO_SHOP: ShopState = { faults: [], requestsPerSecond: 0, isLoadOn: false };
const KINDS: readonly DemoFault['kind'][] = ['errors', 'latency', 'dead', 'overload'];

/** Handlers of the demo's routes. */
export function createDemoRoutes(
  options: DemoRoutesOptions,
): RouteHandlers<'getDemo' | 'setDemoFault' | 'setDemoLoad', RequestContext> {
  const change = async (path: string, isOn: boolean): Promise<DemoState> => {
    const control = options.control();
    if (control === undefined) {
      throw notFound('DEMO_NOT_RUNNING', 'this server runs no demo; start one with npm run demo');
    }
    const state = await askShop(options.request, new URL(path, control), isOn);
    return { isDemo: true, isShopUp: true, ...state };
  };
  return {
    async getDemo() {
      const control = options.control();
      if (control === undefined) return { isDemo: false, isShopUp: false, ...NO_SHOP };
      try {
        const state = await askShop(options.request, new URL('/state', control));
        return { isDemo: true, isShopUp: true, ...state };
      } catch {
        // A shop that does not answer is a state that the page shows, not an error of its own.
        return { isDemo: true, isShopUp: false, ...NO_SHOP };
      }
    },
    setDemoFault: async ({ params, body }) =>
      change(`/faults/${encodeURIComponent(params.id)}`, body.isOn),
    setDemoLoad: async ({ body }) => change('/load', body.isOn),
  };
}

/** Asks for the state, or changes something first where `isOn` says what to. */
async function askShop(request: SendRequest, url: URL, isOn?: boolean): Promise<ShopState> {
  const { status, text } = await exchange(request, url, isOn === undefined ? undefined : { isOn });
  if (status === 404) throw notFound('DEMO_FAULT_UNKNOWN', readMessage(text));
  if (status !== 200) throw answeredOddly(`status ${status}`);
  return readState(text);
}

async function exchange(
  request: SendRequest,
  url: URL,
  change: { readonly isOn: boolean } | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  const signal = AbortSignal.timeout(DEMO_TIMEOUT_MS);
  try {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const method = change === undefined ? 'GET' : 'PUT';
    const headers = { 'content-type': 'application/json' };
    const sent = request(url, { method, headers, signal, agent: false }, resolve);
    sent.on('error', reject);
    sent.end(change === undefined ? undefined : JSON.stringify(change));
    const response = await promise;
    return { status: response.statusCode ?? 0, text: await readBounded(response) };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (signal.aborted) {
      const message = `the demo's shop gave no answer within ${DEMO_TIMEOUT_MS / 1000} s`;
      throw timedOut('DEMO_TIMEOUT', message, { cause });
    }
    const why = systemErrorCode(cause) ?? errorMessage(cause);
    const message = `the demo's shop does not answer at ${url.origin}: ${why}; is npm run demo still running?`;
    throw unavailable('DEMO_SHOP_AWAY', message, { cause });
  }
}

async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > DEMO_ANSWER_BYTES_MAX) throw answeredOddly('a body that is too large');
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function readMessage(text: string): string {
  const { message } = toRecord(parse(text));
  return typeof message === 'string' ? message : 'there is no such fault in the shop';
}

/** The shop is ours, and yet another program may have taken its port since. */
function readState(text: string): ShopState {
  const { faults, requestsPerSecond, isLoadOn } = toRecord(parse(text));
  const isWhole =
    Array.isArray(faults) &&
    faults.length <= DEMO_FAULTS_MAX &&
    typeof requestsPerSecond === 'number' &&
    typeof isLoadOn === 'boolean';
  if (!isWhole) throw answeredOddly('something other than its state');
  return { faults: faults.map(readFault), requestsPerSecond, isLoadOn };
}

function readFault(value: unknown): DemoFault {
  const { id, service, kind, since } = toRecord(value);
  const known = KINDS.find((one) => one === kind);
  const isSince = since === null || Number.isSafeInteger(since);
  if (typeof id !== 'string' || typeof service !== 'string' || known === undefined || !isSince) {
    throw answeredOddly('a fault that makes no sense');
  }
  return { id, service, kind: known, since: typeof since === 'number' ? since : null };
}

function answeredOddly(what: string): AppError {
  return unavailable('DEMO_SHOP_AWAY', `what answers as the demo's shop sent ${what}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw answeredOddly(`no JSON (${errorMessage(cause)})`);
  }
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
