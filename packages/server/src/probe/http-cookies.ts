/**
 * Cookies between the redirects of one probe: many sign-ins set one and look for it. They go back
 * to the host that set them, and are forgotten when the probe is over.
 */

const COOKIES_MAX = 50;
const COOKIE_CHARS_MAX = 4_096;

export interface Cookies {
  keep(url: URL, lines: readonly string[]): void;
  headerFor(url: URL): { readonly cookie?: string };
}

export function createCookies(): Cookies {
  const byHost = new Map<string, Map<string, string>>();
  return {
    keep({ hostname }, lines) {
      const jar = byHost.get(hostname) ?? new Map<string, string>();
      byHost.set(hostname, jar);
      for (const line of lines) {
        const [pair] = line.split(';');
        const at = pair.indexOf('=');
        if (at > 0 && pair.length <= COOKIE_CHARS_MAX && jar.size < COOKIES_MAX) {
          jar.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
        }
      }
    },
    headerFor({ hostname }) {
      const pairs = [...(byHost.get(hostname) ?? [])];
      if (pairs.length === 0) return {};
      return { cookie: pairs.map(([name, value]) => `${name}=${value}`).join('; ') };
    },
  };
}
