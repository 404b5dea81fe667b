/** The receivers of both sides: one server that keeps what it is told, by path. */
import { createServer } from 'node:http';
import { closeServer, listen } from '../harness/exporter.ts';
import { items, members } from '../harness/json.ts';

/** One notification, without what differs by nature: times, addresses. */
export interface Told {
  /** Of the process' own clock. */
  readonly atMs: number;
  readonly path: string;
  readonly idempotencyKey: string;
  readonly groupKey: string;
  readonly reason: string;
  readonly status: string;
  /** `firing 405709da04e937a2`, in the order of the message. */
  readonly alerts: readonly string[];
  readonly common: string;
}

export interface Sink {
  readonly url: string;
  readonly told: readonly Told[];
  stop(): Promise<void>;
}

/** Starts it on a free port. */
export async function startSink(): Promise<Sink> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body: unknown = JSON.parse(text);
      const key = request.headers['idempotency-key'];
      told.push(readTold({ path: request.url ?? '', key: String(key ?? ''), body }));
      response.end();
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    told,
    stop: async () => closeServer(server),
  };
}

function readTold(what: {
  readonly path: string;
  readonly key: string;
  readonly body: unknown;
}): Told {
  const body = members(what.body);
  const alerts = items(body.alerts).map((alert) => {
    const { status, fingerprint } = members(alert);
    return `${String(status)} ${String(fingerprint)}`;
  });
  const { groupLabels, commonLabels, commonAnnotations } = body;
  return {
    atMs: performance.now(),
    path: what.path,
    idempotencyKey: what.key,
    groupKey: String(body.groupKey),
    reason: String(body.notification_reason),
    status: String(body.status),
    alerts,
    common: JSON.stringify([groupLabels, commonLabels, commonAnnotations].map(sortMembers)),
  };
}

function sortMembers(value: unknown): unknown {
  return Object.entries(members(value)).sort(([a], [b]) => (a < b ? -1 : 1));
}
