import type { HttpClientConfig, Secret } from '../../platform/index.ts';
/** What the `*_sd_configs` of a job say, for the kinds of discovery that run here. */

/** One discovery: plain data, so that equal ones are equal as JSON and run once. */
export type DiscoveryConfig =
  | FileDiscoveryConfig
  | HttpDiscoveryConfig
  | DnsDiscoveryConfig
  | ConsulDiscoveryConfig
  | DockerDiscoveryConfig
  | KubernetesDiscoveryConfig;

export interface FileDiscoveryConfig {
  readonly kind: 'file';
  /** Absolute; `*` and `?` in the last part only. */
  readonly patterns: readonly string[];
  readonly refreshMs: number;
}

export interface HttpDiscoveryConfig {
  readonly kind: 'http';
  readonly url: string;
  readonly refreshMs: number;
  readonly http: HttpClientConfig;
}

export type DnsRecordType = 'A' | 'AAAA' | 'SRV' | 'MX' | 'NS';

export interface DnsDiscoveryConfig {
  readonly kind: 'dns';
  readonly names: readonly string[];
  readonly type: DnsRecordType;
  /** Of the targets; SRV records bring their own. */
  readonly port: number;
  readonly refreshMs: number;
}

export interface ConsulDiscoveryConfig {
  readonly kind: 'consul';
  /** Scheme, host and port, with the path prefix, without a slash at the end. */
  readonly url: string;
  readonly token: Secret | undefined;
  /** '' where the agent is asked for its own. */
  readonly datacenter: string;
  readonly namespace: string;
  readonly partition: string;
  readonly services: readonly string[];
  /** A service must have all of them. */
  readonly tags: readonly string[];
  readonly nodeMeta: Readonly<Record<string, string>>;
  readonly filter: string;
  readonly healthFilter: string;
  readonly tagSeparator: string;
  readonly allowStale: boolean;
  readonly refreshMs: number;
  readonly http: HttpClientConfig;
}

export interface NamedFilter {
  readonly name: string;
  readonly values: readonly string[];
}

export interface DockerDiscoveryConfig {
  readonly kind: 'docker';
  /** `unix:///…`, `tcp://…`, `http://…` or `https://…`. */
  readonly host: string;
  /** Of containers that publish none. */
  readonly port: number;
  readonly hostNetworkingHost: string;
  readonly matchFirstNetwork: boolean;
  readonly filters: readonly NamedFilter[];
  readonly refreshMs: number;
  readonly http: HttpClientConfig;
}

export const KUBERNETES_ROLES = [
  'pod',
  'service',
  'endpoints',
  'endpointslice',
  'node',
  'ingress',
] as const;
export type KubernetesRole = (typeof KUBERNETES_ROLES)[number];

/** Narrows what the API server is asked for. */
export interface KubernetesSelector {
  readonly role: KubernetesRole;
  readonly label: string;
  readonly field: string;
}

/** Where the API server is, and who we are to it. */
export type KubernetesAccess =
  /** A pod's own service account. */
  | { readonly kind: 'pod' }
  | { readonly kind: 'kubeconfig'; readonly path: string }
  | { readonly kind: 'server'; readonly url: string; readonly http: HttpClientConfig };

export interface KubernetesDiscoveryConfig {
  readonly kind: 'kubernetes';
  readonly role: KubernetesRole;
  readonly access: KubernetesAccess;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly ownNamespace: boolean;
  readonly selectors: readonly KubernetesSelector[];
  readonly attachNode: boolean;
  readonly attachNamespace: boolean;
}
