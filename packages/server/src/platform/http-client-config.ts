/** How requests to others are made: credentials, TLS, proxies, headers; `http_config` in many files. */

/** A secret that stands in the configuration or in a file that is read at each use. */
export type Secret =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string };

/** What the `Authorization` header of a request says. */
export type HttpAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: Secret; readonly password: Secret }
  | { readonly kind: 'token'; readonly scheme: string; readonly token: Secret }
  | { readonly kind: 'oauth2'; readonly oauth2: OAuth2Config };

/** Where a token comes from by the client credentials grant (RFC 6749, 4.4). */
export interface OAuth2Config {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  readonly endpointParams: readonly { readonly name: string; readonly value: string }[];
  readonly tls: TlsConfig;
  readonly proxy: ProxyConfig;
}

/** Whether requests go through a proxy. */
export type ProxyConfig =
  | { readonly kind: 'none' }
  /** By HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  | { readonly kind: 'environment' }
  | { readonly kind: 'url'; readonly url: string; readonly noProxy: string };

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface TlsConfig {
  readonly ca: Secret | undefined;
  readonly cert: Secret | undefined;
  readonly key: Secret | undefined;
  /** The name that the certificate must have, where it is not the host's. */
  readonly serverName: string | undefined;
  readonly insecureSkipVerify: boolean;
  readonly minVersion: TlsVersion | undefined;
  readonly maxVersion: TlsVersion | undefined;
}

export interface HttpHeaderConfig {
  readonly name: string;
  readonly values: readonly Secret[];
}

/** How to talk to the targets of a job. */
export interface HttpClientConfig {
  readonly auth: HttpAuth;
  readonly tls: TlsConfig;
  readonly proxy: ProxyConfig;
  readonly followRedirects: boolean;
  readonly headers: readonly HttpHeaderConfig[];
}

export const DEFAULT_TLS: TlsConfig = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  serverName: undefined,
  insecureSkipVerify: false,
  minVersion: undefined,
  maxVersion: undefined,
};

/** Plain HTTP without credentials. */
export const DEFAULT_HTTP_CLIENT: HttpClientConfig = {
  auth: { kind: 'none' },
  tls: DEFAULT_TLS,
  proxy: { kind: 'none' },
  followRedirects: true,
  headers: [],
};
