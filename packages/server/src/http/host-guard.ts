/**
 * Which requests may come in at all, by their Host and Origin headers.
 *
 * Without authentication the server listens on loopback only, and yet any web page that the same
 * person opens can send requests there: directly (cross-site), or by a name of its own that
 * resolves to 127.0.0.1 (DNS rebinding). The browser puts the page's own name into Host or Origin,
 * so with `--auth none` both must name this machine's loopback or the external URL. With
 * authentication only unsafe methods with a foreign Origin are refused: the session cookie is
 * SameSite=Lax, and this is the second lock on that door.
 */

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface HostGuardOptions {
  readonly isAuthRequired: boolean;
  /** Where people reach the server; its host counts as ours. */
  readonly externalUrl: string;
}

/** Says why a request may not come in; undefined: it may. */
export type HostGuard = (request: {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}) => string | undefined;

/** Builds the guard. */
export function createHostGuard(options: HostGuardOptions): HostGuard {
  const external = new URL(options.externalUrl).host;
  const isOurs = (host: string): boolean => host === external || LOOPBACK.has(withoutPort(host));
  return ({ method, host, origin }) => {
    if (!options.isAuthRequired && (host === undefined || !isOurs(host))) {
      return `host "${host ?? ''}" is not this server; with --auth none only loopback names are answered`;
    }
    const isSafe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
    if (origin === undefined || (isSafe && options.isAuthRequired)) return undefined;
    const from = originHost(origin);
    if (from !== undefined && (from === host || isOurs(from))) return undefined;
    return `origin "${origin}" is not this server`;
  };
}

/** Whether an address to listen on is reachable from this machine alone. */
export function isLoopbackAddress(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
