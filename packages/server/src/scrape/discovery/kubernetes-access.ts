/** Where the API server of a cluster is, and who we are to it. */
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import {
  type HttpAuth,
  type HttpClientConfig,
  type Secret,
  type ClusterEnvironment,
  type YamlValue,
  DEFAULT_HTTP_CLIENT,
  formatFault,
  invalid,
  readClusterEnvironment,
  readYaml,
  unavailable,
} from '../../platform/index.ts';
import { readSecret } from '../secret.ts';
import type { KubernetesAccess } from './config.ts';
import { joinHostPort } from './json-view.ts';

/** How to reach an API server. */
export interface KubernetesServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly http: HttpClientConfig;
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Finds the server; files of a service account are read at each use, as they are renewed. */
export async function findServer(
  access: KubernetesAccess,
  readEnvironment: () => ClusterEnvironment = readClusterEnvironment,
): Promise<KubernetesServer> {
  switch (access.kind) {
    case 'server':
      return { url: access.url, http: access.http };
    case 'kubeconfig':
      return readKubeconfig(access.path, await readFile(access.path, 'utf8'));
    case 'pod': {
      const { host, port } = readEnvironment();
      if (host === '' || port === '') {
        const message =
          'not in a pod: KUBERNETES_SERVICE_HOST is not set; say api_server or kubeconfig_file';
        throw unavailable('SCRAPE_DISCOVERY', message);
      }
      const file = (name: string): Secret => ({ kind: 'file', path: `${ACCOUNT}/${name}` });
      const { tls } = DEFAULT_HTTP_CLIENT;
      const auth: HttpAuth = { kind: 'token', scheme: 'Bearer', token: file('token') };
      const http = { ...DEFAULT_HTTP_CLIENT, auth, tls: { ...tls, ca: file('ca.crt') } };
      return { url: `https://${joinHostPort(host, port)}`, http };
    }
  }
}

/** The namespace of the pod that we run in. */
export async function readOwnNamespace(): Promise<string> {
  return readSecret({ kind: 'file', path: `${ACCOUNT}/namespace` });
}

/** Reads the current context of a kubeconfig. */
export function readKubeconfig(file: string, text: string): KubernetesServer {
  const { root, faults } = readYaml({ text, file });
  if (faults.length > 0) throw invalid('SCRAPE_DISCOVERY', faults.map(formatFault).join('; '));
  const top = new Map(root.entries().map(({ key, value }) => [key.string(), value]));
  const current = top.get('current-context')?.string() ?? '';
  const context = findNamed(top.get('contexts'), { name: current, part: 'context', file });
  const cluster = findNamed(top.get('clusters'), {
    name: context.get('cluster') ?? '',
    part: 'cluster',
    file,
  });
  const user = findNamed(top.get('users'), { name: context.get('user') ?? '', part: 'user', file });
  const url = cluster.get('server')?.replace(/\/+$/, '') ?? '';
  if (!URL.canParse(url)) throw invalid('SCRAPE_DISCOVERY', `${file} names no server`);
  const secret = (from: ReadonlyMap<string, string>, name: string): Secret | undefined => {
    const data = from.get(`${name}-data`);
    if (data !== undefined) return { kind: 'text', text: Buffer.from(data, 'base64').toString() };
    const path = from.get(name);
    if (path === undefined) return undefined;
    return { kind: 'file', path: isAbsolute(path) ? path : join(dirname(file), path) };
  };
  const proxy = cluster.get('proxy-url');
  return {
    url,
    http: {
      ...DEFAULT_HTTP_CLIENT,
      auth: readUserAuth(user, file),
      proxy: proxy === undefined ? { kind: 'none' } : { kind: 'url', url: proxy, noProxy: '' },
      tls: {
        ...DEFAULT_HTTP_CLIENT.tls,
        ca: secret(cluster, 'certificate-authority'),
        cert: secret(user, 'client-certificate'),
        key: secret(user, 'client-key'),
        serverName: cluster.get('tls-server-name'),
        insecureSkipVerify: cluster.get('insecure-skip-tls-verify') === 'true',
      },
    },
  };
}

function readUserAuth(user: ReadonlyMap<string, string>, file: string): HttpAuth {
  for (const key of ['exec', 'auth-provider']) {
    if (!user.has(key)) continue;
    const advice = 'give Nines a token, or the certificate of a service account';
    throw invalid('SCRAPE_DISCOVERY', `${file}: users with ${key} are not supported; ${advice}`);
  }
  const path = user.get('tokenFile');
  const text = user.get('token');
  const bearer = { kind: 'token', scheme: 'Bearer' } as const;
  if (path !== undefined) return { ...bearer, token: { kind: 'file', path } };
  if (text !== undefined) return { ...bearer, token: { kind: 'text', text } };
  const username = user.get('username');
  if (username === undefined) return { kind: 'none' };
  return {
    kind: 'basic',
    username: { kind: 'text', text: username },
    password: { kind: 'text', text: user.get('password') ?? '' },
  };
}

/** The texts of one entry of a list of named things; of what is no text, that it is there. */
function findNamed(
  list: YamlValue | undefined,
  { name, part, file }: { readonly name: string; readonly part: string; readonly file: string },
): ReadonlyMap<string, string> {
  const found = list?.list().find((item) => textOf(item, 'name') === name);
  const inner = found?.entries().find(({ key }) => key.string() === part)?.value;
  if (inner === undefined) throw invalid('SCRAPE_DISCOVERY', `${file} has no ${part} "${name}"`);
  return new Map(
    inner.entries().map(({ key, value }) => {
      return [key.string(), value.kind === 'scalar' ? value.string() : ''] as const;
    }),
  );
}

function textOf(item: YamlValue, name: string): string | undefined {
  const value = item.entries().find(({ key }) => key.string() === name)?.value;
  return value?.kind === 'scalar' ? value.string() : undefined;
}
