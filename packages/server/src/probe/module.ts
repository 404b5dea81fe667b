/**
 * What a probe does: blackbox_exporter's modules, as they are read.
 *
 * A module says how to ask; whom to ask comes with each probe. Names follow the field of the file
 * that a value comes from.
 */
import type { HttpClientConfig, TlsConfig } from '../platform/index.ts';
import type { RE2JS } from '../series/index.ts';

export type Prober = 'http' | 'tcp' | 'unix' | 'icmp' | 'dns' | 'grpc' | 'websocket';

export interface ProbeModule {
  readonly name: string;
  readonly prober: Prober;
  /** 0: as long as the scrape that asks for it allows. */
  readonly timeoutMs: number;
  /** Parts of a prober that is not asked for are read and checked, and have no effect. */
  readonly http: HttpModule;
  readonly tcp: TcpModule;
  readonly unix: StreamModule;
  readonly icmp: IcmpModule;
  readonly dns: DnsModule;
  readonly grpc: GrpcModule;
  /** Why this server cannot run it, though the file is sound; empty: it can. */
  readonly refusals: readonly string[];
}

/** Which of a name's addresses is asked. */
export interface AddressChoice {
  readonly preferred: 'ip4' | 'ip6';
  /** Whether the other family is taken where there is none of the preferred one. */
  readonly fallsBack: boolean;
}

export interface HttpModule extends AddressChoice {
  /** Empty: any from 200 to 299. */
  readonly validStatusCodes: readonly number[];
  /** As `HTTP/1.1`; empty: any. */
  readonly validHttpVersions: readonly string[];
  readonly failIfSsl: boolean;
  readonly failIfNotSsl: boolean;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly failIfBodyMatches: readonly RE2JS[];
  readonly failIfBodyNotMatches: readonly RE2JS[];
  readonly failIfHeaderMatches: readonly HeaderMatch[];
  readonly failIfHeaderNotMatches: readonly HeaderMatch[];
  readonly body: string;
  /** '' where there is none. */
  readonly bodyFile: string;
  /** How the body must be compressed; '' where nothing is said. */
  readonly compression: string;
  /** 0: no bound but ours. */
  readonly bodyBytesMax: number;
  readonly enablesHttp2: boolean;
  readonly client: HttpClientConfig;
}

export interface HeaderMatch {
  readonly header: string;
  readonly regexp: RE2JS;
  readonly allowsMissing: boolean;
}

/** One step of a conversation over a connection. */
export interface QueryResponse {
  readonly expect: RE2JS | undefined;
  /** Empty where none are expected. */
  readonly expectBytes: Uint8Array;
  readonly labels: readonly (readonly [string, string])[];
  /** Without the line feed that is sent after it; empty where nothing is sent. */
  readonly send: Uint8Array;
  readonly startTls: boolean;
}

export interface StreamModule {
  readonly queryResponse: readonly QueryResponse[];
  readonly tls: boolean;
  readonly tlsConfig: TlsConfig;
}

export interface TcpModule extends StreamModule, AddressChoice {
  /** '' where the system may choose. */
  readonly sourceAddress: string;
}

export interface IcmpModule extends AddressChoice {
  readonly sourceAddress: string;
  readonly payloadBytes: number;
  readonly isFragmentRefused: boolean;
  readonly ttl: number;
}

export interface DnsModule extends AddressChoice {
  readonly isOverTls: boolean;
  readonly tlsConfig: TlsConfig;
  readonly sourceAddress: string;
  /** Anything but udp and tcp fails the probe, as it does in blackbox_exporter. */
  readonly transport: string;
  readonly queryClass: string;
  readonly queryName: string;
  readonly queryType: string;
  readonly isRecursionDesired: boolean;
  /** Undefined: NOERROR. */
  readonly validRcodes: readonly string[] | undefined;
  readonly answer: RecordChecks;
  readonly authority: RecordChecks;
  readonly additional: RecordChecks;
}

/** What the records of one section must be; expressions are compiled as a probe meets them. */
export interface RecordChecks {
  readonly failIfMatches: readonly string[];
  readonly failIfAllMatch: readonly string[];
  readonly failIfNotMatches: readonly string[];
  readonly failIfNoneMatches: readonly string[];
}

export interface GrpcModule extends AddressChoice {
  readonly service: string;
  readonly tls: boolean;
  readonly tlsConfig: TlsConfig;
  readonly metadata: readonly (readonly [string, string])[];
}
