/** TLS over a connection, and what its certificates say in blackbox_exporter's metrics. */
import type { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { connected } from './connect.ts';
import type { ProbeRun } from './run.ts';

/** What a `tls_config` comes to, files read. */
export type TlsSettings = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized' | 'minVersion' | 'maxVersion'
>;

/** A chain has two or three; who sends a hundred means no good. */
const CHAIN_MAX = 16;
/** What Go says of a time that was never set: the first of January of the year 1. */
const NEVER_SECONDS = -62_135_596_800;

export interface TlsOrder {
  readonly socket: Socket;
  readonly settings: TlsSettings;
  /** The name that the certificate must have, where the settings name none. */
  readonly host: string;
  readonly protocols?: readonly string[];
}

/** Shakes hands; throws where the certificate is not trusted, unless the settings say otherwise. */
export async function openTls(run: ProbeRun, order: TlsOrder): Promise<TLSSocket> {
  const { settings, socket, protocols = [] } = order;
  const name = settings.servername ?? order.host;
  const secure = connect({
    ...settings,
    socket,
    // RFC 6066: a server name is never an address; the certificate is checked for it all the same.
    servername: isIP(name) === 0 ? name : '',
    host: name,
    ALPNProtocols: [...protocols],
  });
  await connected(run, secure, 'secureConnect');
  run.say(`${secure.getProtocol()} with ${secure.getCipher().standardName}`);
  return secure;
}

/** Notes the certificates of a connection; `probe_tls_cipher_info` is the HTTP prober's alone. */
export function noteCertificates(run: ProbeRun, socket: TLSSocket, hasCipher: boolean): void {
  const chain = readChain(socket);
  const [leaf] = chain;
  if (leaf === undefined) return;
  const expiresAt = Math.min(...chain.map(({ validTo }) => Date.parse(validTo)));
  const tlsVersion = (socket.getProtocol() ?? 'unknown').replace('TLSv', 'TLS ');
  const certificate = {
    subject: formatName(leaf.subject),
    issuer: formatName(leaf.issuer),
    names: listNames(leaf.subjectAltName ?? ''),
    serialNumber: formatSerial(leaf.serialNumber),
    fingerprint: leaf.fingerprint256.replaceAll(':', '').toLowerCase(),
    expiresAt,
    tlsVersion: tlsVersion === 'TLS 1' ? 'TLS 1.0' : tlsVersion,
  };
  run.evidence.certificate = certificate;
  run.set('probe_ssl_earliest_cert_expiry', expiresAt / 1000);
  run.set(
    'probe_ssl_last_chain_expiry_timestamp_seconds',
    socket.authorized ? expiresAt / 1000 : NEVER_SECONDS,
  );
  run.set('probe_ssl_last_chain_info', 1, [
    ['fingerprint_sha256', certificate.fingerprint],
    ['issuer', certificate.issuer],
    ['serialnumber', certificate.serialNumber],
    ['subject', certificate.subject],
    ['subjectalternative', certificate.names],
  ]);
  run.set('probe_tls_version_info', 1, [['version', certificate.tlsVersion]]);
  if (hasCipher) {
    run.set('probe_tls_cipher_info', 1, [['cipher', socket.getCipher().standardName]]);
  }
}

/** The leaf first. OpenSSL adds the root that it trusts, which expires later than what it signed. */
function readChain(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let at = socket.getPeerX509Certificate();
  while (at !== undefined && chain.length < CHAIN_MAX) {
    chain.push(at);
    at = at.issuerCertificate;
  }
  return chain;
}

/** Go writes the parts of a name in this order, whatever the order in the certificate. */
const NAME_PARTS = [
  ['serialNumber', 'SERIALNUMBER'],
  ['CN', 'CN'],
  ['postalCode', 'POSTALCODE'],
  ['street', 'STREET'],
  ['ST', 'ST'],
  ['L', 'L'],
  ['OU', 'OU'],
  ['O', 'O'],
  ['C', 'C'],
];

/** A name as Go writes it: `CN=example.com,O=Example,C=US`; parts it has no word for are left out. */
export function formatName(lines: string): string {
  const parts = lines.split('\n').map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, at), line.slice(at + 1)] as const;
  });
  return NAME_PARTS.flatMap(([key, word]) => {
    const values = parts.filter(([name]) => name === key).map(([, value]) => `${word}=${value}`);
    return values.length === 0 ? [] : [values.join('+')];
  }).join(',');
}

function listNames(subjectAltName: string): string {
  return [...subjectAltName.matchAll(/(?:^|, )DNS:([^,]+)/g)].map((match) => match[1]).join(',');
}

function formatSerial(hex: string): string {
  const digits = hex.toLowerCase().replace(/^0+/, '');
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}
