/**
 * Which requests may come in at all, by what browsers say of where they come from.
 *
 * Without authentication the server listens on loopback only, and yet any web page that the same
 * person opens can send requests there: directly (cross-site), or by a name of its own that
 * resolves to 127.0.0.1 (DNS rebinding). The browser puts the page's own name into Host or Origin,
 * so with `--auth none` Host must name this machine's loopback or the external URL, and nothing
 * but a followed link may come from another site.
 *
 * With authentication requests that change something are looked at. The session cookie is
 * SameSite=Lax, which keeps other sites out but not other ports of the same machine; so such a
 * request must come from this very origin, and say so: by Origin, or, where a browser leaves that
 * out, by a header that no other site's page can set without our leave.
 */

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** What `Sec-Fetch-Site` says of pages that are not ours. */
const FOREIGN_SITES = new Set(['cross-site', 'same-site']);

export interface HostGuardOptions {
  readonly isAuthRequired: boolean;
  /** Where people reach the server; its host counts as ours. */
  readonly externalUrl: string;
}

/** What a request says of its sender. */
export interface Sender {
  readonly method: string;
  /** As the trusted proxy says it, where there is one. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`; not sent by programs, nor by browsers to plain HTTP off loopback. */
  readonly site: string | undefined;
  /** A link was followed, or an address typed. */
  readonly isNavigation: boolean;
  /** It carries `X-Nines-Request`, as our page's requests do. */
  readonly isMarked: boolean;
  readonly hasSession: boolean;
}

/** Says why a request may not come in; undefined: it may. */
export type HostGuard = (sender: Sender) => string | undefined;

/** Builds the guard. */
export function createHostGuard(options: HostGuardOptions): HostGuard {
  const { isAuthRequired } = options;
  const external = new URL(options.externalUrl).host;
  return (sender) => {
    const { method, host, origin, site } = sender;
    const isLocal = host !== undefined && (host === external || LOOPBACK.has(withoutPort(host)));
    if (!isAuthRequired && !isLocal) {
      return `host "${host ?? ''}" is not this server; with --auth none only loopback names are answered`;
    }
    const isSafe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
    if (isSafe && (isAuthRequired || sender.isNavigation)) return undefined;
    if (origin !== undefined) {
      const from = originHost(origin);
      if (from !== undefined && (from === host || from === external)) return undefined;
      return `origin "${origin}" is not this server; behind a proxy, name the address that people use with --external-url`;
    }
    if (site !== undefined && FOREIGN_SITES.has(site)) return `a page of another site sent this`;
    if (!isSafe && sender.hasSession && !sender.isMarked) {
      return 'with a session, what changes something must carry the header Origin or X-Nines-Request';
    }
    return undefined;
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
