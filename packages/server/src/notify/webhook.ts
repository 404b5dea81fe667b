/** Delivers a message to a webhook, and judges the answer. */
import { AppError, type Clock, errorMessage, systemErrorCode } from '../platform/index.ts';
import { quoteAnswer, UNREACHED } from './answer-words.ts';
import type { HttpAnswer, PostHttp } from './http-post.ts';
import { WEBHOOK_TIMEOUT_MS } from './limits.ts';
import type { Message, Outcome, Webhook } from './model.ts';
import { parseRetryAfter } from './retry.ts';
import { formatSignature, formatWebhookBody } from './webhook-body.ts';

export interface WebhookContext {
  readonly clock: Clock;
  readonly post: PostHttp;
  /** Answers the key in a file, without the white space around it. */
  readonly readSecret: (file: string) => Promise<string>;
  readonly externalUrl: string;
}

/** Makes one attempt; throws only on bugs. */
export async function deliverToWebhook(
  webhook: Webhook,
  message: Message,
  context: WebhookContext & { readonly signal: AbortSignal },
): Promise<Outcome> {
  const { externalUrl, clock } = context;
  const body = formatWebhookBody(message, { name: webhook.name, externalUrl });
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'Nines',
    'idempotency-key': message.pageId,
  };
  return attemptPost(async () => {
    if (webhook.secretFile !== undefined) {
      const secret = await context.readSecret(webhook.secretFile);
      headers['nines-signature'] = formatSignature(body, { secret, nowMs: clock.now() });
    }
    const { url, allowsPrivate } = webhook;
    return context.post({
      url,
      headers,
      body,
      allowsPrivate,
      timeoutMs: WEBHOOK_TIMEOUT_MS,
      signal: context.signal,
    });
  }, context);
}

/** Makes one attempt, and judges what came of it; throws only on bugs. */
export async function attemptPost(
  post: () => Promise<HttpAnswer>,
  context: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Outcome> {
  try {
    return judgeAnswer(await post(), context.clock.now());
  } catch (error) {
    return judgeError(error, context.signal);
  }
}

/** A gateway says so of a receiver that it did not hear out: what it had done is not known. */
const GATEWAY_LOST: ReadonlySet<number> = new Set([502, 504]);

/** 2xx is delivered; what a repeat cannot mend has failed; all else is worth another attempt. */
export function judgeAnswer(answer: HttpAnswer, nowMs: number): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    return { state: 'delivered', reason: `with answer ${status}` };
  }
  const said = quoteAnswer(answer.text);
  const reason = `it answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status >= 300 && status < 400) {
    const hint = `${reason}; redirects are not followed, name the final address`;
    return { state: 'retry', reason: hint, retryAfterMs: undefined, mayHaveArrived: false };
  }
  const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  if (isFinal) return { state: 'failed', reason };
  const retryAfterMs = parseRetryAfter(answer.retryAfter, nowMs);
  return { state: 'retry', reason, retryAfterMs, mayHaveArrived: GATEWAY_LOST.has(status) };
}

/** With these the request was never begun. */
const UNSENT: Readonly<Record<string, string>> = {
  ...UNREACHED,
  ENOENT: 'its secret_file does not exist',
  EACCES: 'its secret_file may not be read',
};

const BROKEN: Readonly<Record<string, string>> = {
  ECONNRESET: 'it closed the connection without an answer',
};

function judgeError(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted) {
    return retry('Nines was stopped meanwhile', true);
  }
  if (error instanceof AppError && error.kind === 'forbidden') {
    return { state: 'failed', reason: `its address was refused: ${error.message}` };
  }
  const code = systemErrorCode(error);
  if (code !== undefined && Object.hasOwn(UNSENT, code)) {
    return retry(`${UNSENT[code]} (${code})`, false);
  }
  const isKnown = code !== undefined && Object.hasOwn(BROKEN, code);
  return retry(isKnown ? `${BROKEN[code]} (${code})` : errorMessage(error), true);
}

function retry(reason: string, mayHaveArrived: boolean): Outcome {
  return { state: 'retry', reason, retryAfterMs: undefined, mayHaveArrived };
}
