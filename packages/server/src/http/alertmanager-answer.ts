/** How Alertmanager's API v2 answers, and how it is asked. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from './error-answer.ts';

/** Answers an error as Alertmanager does: a JSON string. */
export async function sendText(
  error: unknown,
  _request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { isBug, status, message, retryAfterSeconds } = answerError(error);
  // The server's own handler counts and logs it.
  if (isBug) throw error;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  await sendJsonText(reply, status, message);
}

export async function sendJsonText(
  reply: FastifyReply,
  status: number,
  text: string,
): Promise<void> {
  await reply.code(status).type('application/json').send(JSON.stringify(text));
}

export function parametersOf(request: FastifyRequest): URLSearchParams {
  const at = request.url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1));
}
