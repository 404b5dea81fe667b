/** Tokens by the client credentials grant (RFC 6749, 4.4), kept until shortly before they end. */
import type { IncomingMessage } from 'node:http';
import { type OAuth2Config, type Clock, errorMessage, unavailable } from '../platform/index.ts';
import { readBody } from './http-body.ts';
import { TOKEN_BYTES_MAX, TOKEN_EARLY_MS, TOKEN_MS_MAX } from './limits.ts';
import { readSecret } from './secret.ts';

/** How the server that gives tokens is asked. */
export type SendForToken = (request: {
  readonly url: string;
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}) => Promise<IncomingMessage>;

export interface TokenSource {
  /** A token that holds now; asks for one where there is none. */
  token(signal: AbortSignal): Promise<string>;
}

interface Token {
  readonly text: string;
  readonly endsAt: number;
  /** It was got with this one; a new secret wants a new token. */
  readonly secret: string;
}

/** Builds a source; nothing is asked before the first use. */
export function createTokenSource(
  config: OAuth2Config,
  { send, clock }: { readonly send: SendForToken; readonly clock: Clock },
): TokenSource {
  let known: Token | undefined;
  let underWay: Promise<Token> | undefined;
  const request = async (secret: string, signal: AbortSignal): Promise<Token> => {
    const answer =
      (await ask({ config, send, secret, signal }, 'header')) ??
      (await ask({ config, send, secret, signal }, 'body'));
    if (answer === undefined) throw refused(config, 'the server does not take the credentials');
    const endsAt = clock.now() + Math.min(answer.lifeMs, TOKEN_MS_MAX) - TOKEN_EARLY_MS;
    return { text: answer.token, endsAt, secret };
  };
  return {
    async token(signal) {
      const secret = await readSecret(config.clientSecret);
      if (known?.secret === secret && known.endsAt > clock.now()) return known.text;
      // Many targets want one at the same moment: they share one request.
      underWay ??= request(secret, signal).finally(() => {
        underWay = undefined;
      });
      known = await underWay;
      return known.text;
    },
  };
}

interface Asking {
  readonly config: OAuth2Config;
  readonly send: SendForToken;
  readonly secret: string;
  readonly signal: AbortSignal;
}

/** undefined: the server does not take credentials in this place; there are two in use. */
async function ask(
  { config, send, secret, signal }: Asking,
  place: 'header' | 'body',
): Promise<{ readonly token: string; readonly lifeMs: number } | undefined> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (config.scopes.length > 0) form.set('scope', config.scopes.join(' '));
  for (const { name, value } of config.endpointParams) form.set(name, value);
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (place === 'header') {
    const pair = `${encodeURIComponent(config.clientId)}:${encodeURIComponent(secret)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  } else {
    form.set('client_id', config.clientId);
    form.set('client_secret', secret);
  }
  const { tokenUrl } = config;
  const response = await send({
    url: tokenUrl,
    method: 'POST',
    headers,
    body: form.toString(),
    signal,
  });
  const { bytes } = await readBody(response, {
    url: tokenUrl,
    bodyBytesMax: TOKEN_BYTES_MAX,
    signal,
  });
  const status = response.statusCode ?? 0;
  if (place === 'header' && (status === 400 || status === 401)) return undefined;
  if (status !== 200) throw refused(config, `it answered HTTP status ${status}`);
  return parseTokenAnswer(config, Buffer.from(bytes).toString('utf8'));
}

/** A token that does not say how long it holds is asked for anew each hour. */
const LIFE_SECONDS = 3600;

/** The token of an answer, and how long it holds. Throws `unavailable`. */
export function parseTokenAnswer(
  config: Pick<OAuth2Config, 'tokenUrl'>,
  text: string,
): { readonly token: string; readonly lifeMs: number } {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw refused(config, `its answer is not JSON: ${errorMessage(error)}`);
  }
  const fields = typeof answer === 'object' && answer !== null ? answer : {};
  const token = 'access_token' in fields ? fields.access_token : undefined;
  const life = 'expires_in' in fields ? Number(fields.expires_in) : LIFE_SECONDS;
  if (typeof token !== 'string' || token === '') throw refused(config, 'its answer has no token');
  return { token, lifeMs: (life > 0 ? life : LIFE_SECONDS) * 1000 };
}

function refused(config: Pick<OAuth2Config, 'tokenUrl'>, why: string): Error {
  const message = `cannot get an OAuth 2.0 token from ${config.tokenUrl}: ${why}`;
  return unavailable('SCRAPE_OAUTH2', message);
}
