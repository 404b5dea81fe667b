/** Which requests go through a proxy, and through which one. */
import { BlockList, isIP } from 'node:net';
import { type ProxyConfig, readProxyEnvironment } from '../platform/index.ts';

/** The proxy of an address; undefined: the request goes straight there. */
export type FindProxy = (url: URL) => string | undefined;

/**
 * As Go's client reads these settings: with exceptions, or from the environment, loopback hosts are
 * never asked for through a proxy.
 */
export function createFindProxy(
  config: ProxyConfig,
  readEnvironment = readProxyEnvironment,
): FindProxy {
  switch (config.kind) {
    case 'none':
      return () => undefined;
    case 'environment': {
      const { httpProxy, httpsProxy, noProxy } = readEnvironment();
      const isDirect = createIsDirect(noProxy);
      return (url) => {
        const proxy = url.protocol === 'https:' ? httpsProxy : httpProxy;
        return proxy === '' || isDirect(url) ? undefined : proxy;
      };
    }
    case 'url': {
      const isDirect = config.noProxy === '' ? () => false : createIsDirect(config.noProxy);
      return (url) => (isDirect(url) ? undefined : config.url);
    }
  }
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function createIsDirect(noProxy: string): (url: URL) => boolean {
  const rules = noProxy
    .split(',')
    .map((text) => text.trim().toLowerCase())
    .filter((text) => text !== '')
    .map(createRule);
  return (url) => {
    const host = url.hostname.replaceAll(/^\[|\]$/g, '').toLowerCase();
    const port = url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? '') : url.port;
    return isLoopback(host) || rules.some((rule) => rule(host, port));
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d+){3}$/.test(host);
}

type Rule = (host: string, port: string) => boolean;

/** `*`, an address, a range, a domain with all below it, `.domain` below it only; each `:port`. */
function createRule(text: string): Rule {
  if (text === '*') return () => true;
  if (text.includes('/')) return createRangeRule(text);
  const bracketed = /^\[(?<host>[^\]]+)\](?::(?<port>\d+))?$/.exec(text)?.groups;
  const plain =
    isIP(text) === 6 ? { host: text } : /^(?<host>[^:]*)(?::(?<port>\d+))?$/.exec(text)?.groups;
  const { host = text, port } = bracketed ?? plain ?? {};
  const name = host.startsWith('*.') ? host.slice(1) : host;
  return (asked, askedPort) => {
    if (port !== undefined && port !== askedPort) return false;
    if (name.startsWith('.')) return asked.endsWith(name);
    return asked === name || asked.endsWith(`.${name}`);
  };
}

function createRangeRule(text: string): Rule {
  const [address, bits] = text.split('/');
  const family = isIP(address);
  const list = new BlockList();
  const bitsMax = family === 4 ? 32 : 128;
  const isRange = family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax;
  if (isRange) list.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return (asked) => {
    const askedFamily = isIP(asked);
    return askedFamily !== 0 && list.check(asked, askedFamily === 4 ? 'ipv4' : 'ipv6');
  };
}
