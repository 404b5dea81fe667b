/** Reads what the server sends on the event stream. */
import type { BrowserPage, ServerEvent } from '@nines/contract';

/** Every type of event there is; the stream hears them named and unnamed. */
export const EVENT_NAMES = [
  'hello',
  'alert.changed',
  'target.changed',
  'silence.changed',
  'notice.changed',
  'config.changed',
  'page',
] as const satisfies readonly ServerEvent['type'][];

/** Reads one event; undefined for what a newer server may send that this page does not know. */
export function parseServerEvent(data: string): ServerEvent | undefined {
  const event = parseObject(data);
  if (event === undefined) return undefined;
  const type = EVENT_NAMES.find((name) => name === event['type']);
  switch (type) {
    case 'hello':
      return { type, version: text(event['version']), now: Number(event['now']) };
    case 'alert.changed':
      return { type, alertId: text(event['alertId']) };
    case 'target.changed':
      return { type, job: text(event['job']) };
    case 'silence.changed':
    case 'notice.changed':
    case 'config.changed':
      return { type };
    case 'page': {
      const page = parsePage(event['page']);
      return page === undefined ? undefined : { type, page };
    }
    case undefined:
      return undefined;
  }
}

function parsePage(value: unknown): BrowserPage | undefined {
  if (!isRecord(value) || typeof value['id'] !== 'string') return undefined;
  const service = value['service'];
  return {
    id: value['id'],
    alertId: text(value['alertId']),
    title: text(value['title']),
    body: text(value['body']),
    service: typeof service === 'string' ? service : null,
    firedAt: Number(value['firedAt']),
    ...(value['isTest'] === true && { isTest: true }),
  };
}

function parseObject(data: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(data);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    // A line cut short by a proxy: the next reconnect asks for everything again.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
