/**
 * The shop's remote control: a few JSON routes on loopback, for Nines' own page and for scripts.
 *
 *     GET  /state                          what is broken, and how many customers come
 *     PUT  /faults/pay.errors {"isOn":true} breaks something, or mends it
 *     PUT  /load {"isOn":false}            sends the customers home
 *     GET  /playbooks/pay                  what to do, as Markdown
 *
 * Any web page that the same person opens could send requests to it, directly or by a name that
 * resolves to 127.0.0.1. So it answers only to its own address, and not to pages of another origin.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { errorMessage } from '../packages/server/src/platform/index.ts';
import type { Shop } from './shop.ts';
import { SERVICES } from './shop/services.ts';

/** `{"isOn":true}` and room for spaces. */
const BODY_CHARS_MAX = 256;
const PLAYBOOKS = join(import.meta.dirname, 'playbooks');

/** What of the shop can be controlled. */
export type ControlledShop = Pick<Shop, 'state' | 'setFault' | 'setLoad'>;

interface Answer {
  readonly status: number;
  /** Written as JSON; a text is written as it is. */
  readonly body: unknown;
}

/** Builds the server; the caller listens. */
export function createControl(shop: ControlledShop): Server {
  return createServer((request, response) => {
    answer(shop, request).then(
      (given) => write(response, given),
      (error: unknown) => write(response, refuse(500, errorMessage(error))),
    );
  });
}

async function answer(shop: ControlledShop, request: IncomingMessage): Promise<Answer> {
  const stranger = findStranger(request);
  if (stranger !== undefined) return refuse(403, stranger);
  const { method = 'GET', url = '/' } = request;
  if (method === 'GET' && url === '/state') return { status: 200, body: shop.state() };
  const playbook = /^\/playbooks\/(\w+)$/.exec(url)?.[1];
  if (method === 'GET' && playbook !== undefined && Object.hasOwn(SERVICES, playbook)) {
    return { status: 200, body: readFileSync(join(PLAYBOOKS, `${playbook}.md`), 'utf8') };
  }
  const fault = /^\/faults\/([\w.]+)$/.exec(url)?.[1];
  if (method !== 'PUT' || (fault === undefined && url !== '/load')) {
    return refuse(404, `there is no ${method} ${url} here`);
  }
  const text = await readBody(request);
  if (text === undefined) return refuse(413, `a body has at most ${BODY_CHARS_MAX} characters`);
  const isOn = readIsOn(text);
  if (isOn === undefined) return refuse(400, 'want a body such as {"isOn":true}');
  const state = fault === undefined ? shop.setLoad(isOn) : await shop.setFault(fault, isOn);
  if (state === undefined) return refuse(404, `there is no fault "${fault ?? ''}" in the shop`);
  return { status: 200, body: state };
}

/** Says why a request may not come in; undefined: it may. */
function findStranger({ headers, socket }: IncomingMessage): string | undefined {
  const own = [`127.0.0.1:${socket.localPort ?? 0}`, `localhost:${socket.localPort ?? 0}`];
  if (!own.includes(headers.host ?? '')) return `host "${headers.host ?? ''}" is not this shop`;
  const { origin } = headers;
  if (origin === undefined || own.some((host) => origin === `http://${host}`)) return undefined;
  return `origin "${origin}" may not control this shop`;
}

/** The body; undefined: it is larger than anything that makes sense here. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  request.setEncoding('utf8');
  let text = '';
  // Not destroyed when the loop is left: the answer goes out on the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.length > BODY_CHARS_MAX) return undefined;
  }
  return text;
}

function readIsOn(text: string): boolean | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || !('isOn' in body)) return undefined;
    return typeof body.isOn === 'boolean' ? body.isOn : undefined;
  } catch {
    return undefined;
  }
}

function refuse(status: number, message: string): Answer {
  return { status, body: { message } };
}

function write(response: ServerResponse, { status, body }: Answer): void {
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
    'x-content-type-options': 'nosniff',
    // What a refused request still wants to send is not waited for.
    ...(status >= 400 && { connection: 'close' }),
  });
  response.end(isText ? body : JSON.stringify(body));
}
