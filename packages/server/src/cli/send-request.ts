/**
 * One HTTP exchange of a command. By node:http rather than by `fetch`, which cannot be told to
 * trust one certificate.
 */
import { X509Certificate } from 'node:crypto';
import { request as requestSecure, type RequestOptions } from 'node:https';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { httpRequest } from '../platform/index.ts';

export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** The certificate that the server on the data folder uses; undefined: the machine's own trust. */
  readonly certificate: string | undefined;
  readonly signal: AbortSignal;
}

/** Sends a request and waits for the whole answer. */
export async function sendRequest(
  outgoing: OutgoingRequest,
): Promise<{ readonly status: number; readonly text: string }> {
  const { status, body } = await openAnswer(outgoing);
  return { status, text: await text(body) };
}

/** Sends a request and hands over the answer as it comes. */
export async function openAnswer(
  outgoing: OutgoingRequest,
): Promise<{ readonly status: number; readonly body: Readable }> {
  const { url, method, headers, body, certificate, signal } = outgoing;
  const isSecure = url.protocol === 'https:';
  const options: RequestOptions = {
    method,
    headers,
    signal,
    agent: false,
    ...(isSecure && certificate !== undefined ? trustOnly(certificate) : {}),
  };
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: Readable }>();
  const sent = (isSecure ? requestSecure : httpRequest)(url, options, (response) => {
    resolve({ status: response.statusCode ?? 0, body: response });
  });
  sent.once('error', reject);
  sent.end(body);
  return promise;
}

/**
 * Who can read the data folder was told there which certificate the server has. It is that very
 * one or none: whether somebody has signed it, and for which names, does not matter then.
 */
function trustOnly(certificate: string): RequestOptions {
  const own = new X509Certificate(certificate);
  return {
    ca: certificate,
    allowPartialTrustChain: true,
    checkServerIdentity: (_host, presented) =>
      presented.raw.equals(own.raw) ? undefined : new Error('the certificate is another one'),
  };
}
