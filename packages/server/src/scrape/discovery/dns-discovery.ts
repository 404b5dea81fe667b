/** Targets from DNS records (`dns_sd_configs`). */
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { errorMessage, systemErrorCode, unavailable } from '../../platform/index.ts';
import { createLabels, type Labels } from '../../series/index.ts';
import type { TargetGroup } from '../config.ts';
import type { DnsDiscoveryConfig, DnsRecordType } from './config.ts';
import { createPolling, type Discovery, type DiscoveryTools } from './discovery.ts';
import { joinHostPort } from './json-view.ts';
import { DNS_NAMES_MAX } from './limits.ts';

export interface DnsRecord {
  /** An address, or the name of a host without the final dot. */
  readonly host: string;
  /** SRV only. */
  readonly port?: number;
}

/** Looks one name up as it is written; undefined: there is no such name. */
export type LookUp = (
  name: string,
  type: DnsRecordType,
  signal: AbortSignal,
) => Promise<readonly DnsRecord[] | undefined>;

export interface DnsTools extends DiscoveryTools {
  readonly lookUp?: LookUp;
  /** The text of `/etc/resolv.conf`, where the domains to try stand. */
  readonly readResolvConf?: () => Promise<string>;
}

/** Builds one. */
export function createDnsDiscovery(config: DnsDiscoveryConfig, tools: DnsTools): Discovery {
  const { lookUp = lookUpByResolver, readResolvConf = readSystemResolvConf } = tools;
  const known = new Map<string, TargetGroup>();
  return createPolling({
    ...tools,
    intervalMs: config.refreshMs,
    async find(signal, onProblem) {
      const search = parseResolvConf(await readResolvConf());
      const names = config.names.slice(0, DNS_NAMES_MAX);
      await Promise.all(
        names.map(async (name) => {
          try {
            const asked = listNames(name, search);
            const records = await lookUpAll(asked, async (one) => lookUp(one, config.type, signal));
            known.set(name, createGroup(config, name, records));
            onProblem(name, undefined);
          } catch (error) {
            onProblem(name, errorMessage(error));
          }
        }),
      );
      return [...known.values()];
    },
  });
}

/**
 * The first name that exists decides, also where it has no such record. Where a server failed and
 * no name was found it is not known whether there are records, and what was known goes on to hold.
 */
async function lookUpAll(
  names: readonly string[],
  lookUp: (name: string) => Promise<readonly DnsRecord[] | undefined>,
): Promise<readonly DnsRecord[]> {
  let failure: unknown;
  for (const name of names) {
    try {
      const records = await lookUp(name);
      if (records !== undefined) return records;
    } catch (error) {
      failure = error;
    }
  }
  if (failure === undefined) return [];
  const message = `cannot look up ${names[0]}: ${errorMessage(failure)}`;
  throw unavailable('SCRAPE_DISCOVERY', message, { cause: failure });
}

function createGroup(
  config: DnsDiscoveryConfig,
  name: string,
  records: readonly DnsRecord[],
): TargetGroup {
  const targets = records.map((record) => createTarget(config, name, record));
  return { source: name, targets, labels: { names: [], values: [] } };
}

function createTarget(config: DnsDiscoveryConfig, name: string, record: DnsRecord): Labels {
  const { type } = config;
  // In records names end with a dot, and the labels show them as they are.
  const host = `${record.host}.`;
  return createLabels({
    __address__: joinHostPort(record.host, record.port ?? config.port),
    __meta_dns_name: name,
    __meta_dns_srv_record_target: type === 'SRV' ? host : '',
    __meta_dns_srv_record_port: type === 'SRV' ? String(record.port) : '',
    __meta_dns_mx_record_target: type === 'MX' ? host : '',
    __meta_dns_ns_record_target: type === 'NS' ? host : '',
  });
}

interface SearchList {
  readonly domains: readonly string[];
  /** A name with as many dots is tried as it is first. */
  readonly dotsMin: number;
}

/** The part of resolv.conf(5) that says which names a short one may mean. */
export function parseResolvConf(text: string): SearchList {
  let domains: readonly string[] = [];
  let dotsMin = 1;
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'search' || word === 'domain') domains = rest;
    const dots = word === 'options' ? rest.join(' ').match(/\bndots:(\d{1,2})\b/) : null;
    if (dots !== null) dotsMin = Number(dots[1]);
  }
  return { domains, dotsMin };
}

/** The names that one may mean, in the order in which they are tried. */
export function listNames(name: string, { domains, dotsMin }: SearchList): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const within = domains.map((domain) => `${name}.${domain.replace(/\.$/, '')}`);
  const dotCount = name.split('.').length - 1;
  return dotCount >= dotsMin ? [name, ...within] : [...within, name];
}

async function readSystemResolvConf(): Promise<string> {
  try {
    return await readFile('/etc/resolv.conf', 'utf8');
  } catch {
    // A machine without the file has no domains to try.
    return '';
  }
}

const lookUpByResolver: LookUp = async (name, type, signal) => {
  const resolver = new Resolver({ timeout: 5_000, tries: 2 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await resolveRecords(resolver, name, type);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENODATA') return [];
    if (code === 'ENOTFOUND') return undefined;
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};

async function resolveRecords(
  resolver: Resolver,
  name: string,
  type: DnsRecordType,
): Promise<readonly DnsRecord[]> {
  switch (type) {
    case 'A':
      return (await resolver.resolve4(name)).map((host) => ({ host }));
    case 'AAAA':
      return (await resolver.resolve6(name)).map((host) => ({ host }));
    case 'SRV':
      return (await resolver.resolveSrv(name)).map(({ name: host, port }) => ({ host, port }));
    case 'MX':
      return (await resolver.resolveMx(name)).map(({ exchange }) => ({ host: exchange }));
    case 'NS':
      return (await resolver.resolveNs(name)).map((host) => ({ host }));
  }
}
