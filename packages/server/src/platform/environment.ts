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

/** The machine's time zone, as TZ or its settings name it. */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A variable of the environment; '' where it is not set. */
export function readVariable(name: string): string {
  return process.env[name] ?? '';
}

/** Where a pod finds the API server of its cluster; '' outside of one. */
export interface ClusterEnvironment {
  readonly host: string;
  readonly port: string;
}

/** Reads what Kubernetes gives each of its pods. */
export function readClusterEnvironment(): ClusterEnvironment {
  return {
    host: process.env.KUBERNETES_SERVICE_HOST ?? '',
    port: process.env.KUBERNETES_SERVICE_PORT ?? '',
  };
}
