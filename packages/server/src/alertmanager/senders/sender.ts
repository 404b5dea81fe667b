/** What all senders have in common: what they are given, what they ask for, and how they judge it. */
import { createHash } from 'node:crypto';
import type { HttpClientConfig, Secret } from '../../platform/index.ts';
import type { Notification } from '../model.ts';
import { isFiring } from '../notified.ts';
import type { SendOutcome } from '../state.ts';
import type { TemplateFormat } from '../templates/template-set.ts';

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Up to a bound. */
  readonly text: string;
  /** How long the receiver asks to be left alone. */
  readonly retryAfterMs: number | undefined;
}

/** What a sender is given for one attempt. */
export interface SendContext {
  readonly notification: Notification;
  /** Expands a text of the configuration; throws where its template fails. */
  readonly expand: (text: string, format?: TemplateFormat) => string;
  /** A secret as it is now; throws where its file cannot be read. */
  readonly readSecret: (secret: Secret) => Promise<string>;
  /** Asks over HTTP, with the integration's `http_config`; throws where no answer came. */
  readonly request: (outgoing: OutgoingRequest, http: HttpClientConfig) => Promise<Answer>;
}

/** An outcome that ends an attempt, thrown by what finds it out. */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly mayRetry: boolean;

  constructor(message: string, mayRetry: boolean) {
    super(message);
    this.mayRetry = mayRetry;
  }
}

export const DELIVERED: SendOutcome = { state: 'delivered' };

/** How many characters of a receiver's words a reason quotes. */
const QUOTED_CHARS_MAX = 500;

/** Alertmanager's rule: 2xx is delivered, 5xx and the statuses that a service names may pass. */
export function judge(answer: Answer, retryStatuses: readonly number[] = []): SendOutcome {
  const { status, text, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return DELIVERED;
  const said = text.trim().slice(0, QUOTED_CHARS_MAX);
  const reason = `unexpected status code ${status}${said === '' ? '' : `: ${said}`}`;
  const mayPass = (status >= 500 && status < 600) || retryStatuses.includes(status);
  return mayPass ? { state: 'retry', reason, retryAfterMs } : { state: 'failed', reason };
}

/** Posts JSON and judges the status. */
export async function postJson(
  post: { readonly url: string; readonly body: unknown; readonly http: HttpClientConfig },
  context: SendContext,
): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(post.body);
  return context.request({ method: 'POST', url: post.url, headers, body }, post.http);
}

/** The same for every notification of a group: services know by it what belongs together. */
export function dedupKey({ groupKey }: Notification): string {
  return createHash('sha256').update(groupKey).digest('hex');
}

/** Whether something of a notification still fires. */
export function fires({ alerts }: Notification): boolean {
  return isFiring(alerts);
}

/** Cuts a text to so many characters, the last of which then says that it was cut. */
export function truncate(text: string, charsMax: number): string {
  const chars = Array.from(text);
  return chars.length <= charsMax ? text : `${chars.slice(0, charsMax - 1).join('')}…`;
}

/** The same in bytes of UTF-8. */
export function truncateBytes(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax - Buffer.byteLength('…');
  // The middle of a character is no place to cut.
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) end--;
  return `${bytes.toString('utf8', 0, end)}…`;
}

/** Expands the values of a map of texts. */
export function expandMap(
  map: Readonly<Record<string, string>>,
  { expand }: Pick<SendContext, 'expand'>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(map).map(([name, text]): [string, string] => [name, expand(text)]),
  );
}

/** Leaves out what says nothing: empty texts, false, empty lists, what is undefined. */
export function withoutEmpty(
  fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined &&
        value !== '' &&
        value !== false &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
}
