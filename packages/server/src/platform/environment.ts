/** What the process was started with and a configuration may ask for by name. */

/** How the machine's owner wants requests to leave it; '' where nothing is said. */
export interface ProxyEnvironment {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** Reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY; the lower case names are asked first. */
export function readProxyEnvironment(): ProxyEnvironment {
  const read = (name: string): string => process.env[name.toLowerCase()] ?? process.env[name] ?? '';
  return {
    httpProxy: read('HTTP_PROXY'),
    httpsProxy: read('HTTPS_PROXY'),
    noProxy: read('NO_PROXY'),
  };
}
