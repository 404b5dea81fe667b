/** The services of both sides: one server that answers as each would, and keeps what it was asked. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { closeServer, listen } from '../harness/exporter.ts';

/** One request, without what differs by nature: ports and names of programs. */
export interface Asked {
  /** `peer` or `nines`: the first part of the path. */
  readonly side: string;
  readonly method: string;
  /** The rest of it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of JSON the value, of others the text. */
  readonly body: unknown;
}

export interface ServiceSink {
  readonly url: string;
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
}

/** Headers that mean something to a service. */
const HEADERS = ['content-type', 'authorization', 'x-auth-token', 'x-user-id', 'x-own'];

/** Starts it on a free port. */
export async function startServiceSink(): Promise<ServiceSink> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = '';
    // A character may come in two pieces.
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const [, side = '', ...path] = (request.url ?? '').split('/');
      asked.push({
        side,
        method: request.method ?? '',
        path: path.join('/'),
        headers: pickHeaders(request.headers),
        body: readBody(text),
      });
      const [type, answer] = answerOf(path.join('/'));
      response.setHeader('content-type', type);
      response.end(answer);
    });
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, asked, stop: async () => closeServer(server) };
}

function pickHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}

function readBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const JSON_TYPE = 'application/json';
const SENT = { message_id: 1, date: 1, chat: { id: 1, type: 'private' } };

/** One Jira has no issue of a group, one has it open, and one has closed it. */
function answerOfJira(path: string): string {
  if (path.endsWith('/transitions')) {
    return JSON.stringify({
      transitions: [
        { id: '3', name: 'Again' },
        { id: '4', name: 'Done' },
      ],
    });
  }
  const [, state] = path.split('/');
  const key = state === 'done' ? 'done' : 'new';
  const issue = { key: 'OPS-1', fields: { status: { name: 'x', statusCategory: { key } } } };
  return JSON.stringify({ issues: state === 'none' ? [] : [issue] });
}

function answerOf(path: string): readonly [type: string, text: string] {
  const [service] = path.split('/');
  if (service === 'jira') return [JSON_TYPE, answerOfJira(path)];
  if (service === 'slack') return ['text/plain', 'ok'];
  if (service === 'rocketchat') return [JSON_TYPE, '{"success":true}'];
  if (service.startsWith('telegram')) {
    return [JSON_TYPE, JSON.stringify({ ok: true, result: SENT })];
  }
  if (service === 'wechat') return [JSON_TYPE, '{"access_token":"a b","errcode":0}'];
  return [JSON_TYPE, '{}'];
}
