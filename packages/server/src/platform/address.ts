/**
 * Which addresses requests may reach that others decide: those of webhooks and of probes.
 *
 * A webhook's URL or a probe's target is written by whoever may edit the configuration, or ask for
 * a probe, and its host's name is answered by whoever owns the name. Neither should let a request of this server reach what only
 * this server can reach: its own ports, the private network, the credentials that a cloud serves
 * to its machines. Addresses are therefore judged, not names; the caller judges every address that
 * a look-up answers and once more the address of the connected peer.
 *
 * Sources: IANA's special-purpose address registries (RFC 6890 and its successors), and the
 * metadata addresses in the documentation of AWS, Google Cloud, Azure, Alibaba and Oracle.
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** `metadata` is refused always, `private` unless the configuration allows it. */
export type AddressClass = 'public' | 'private' | 'metadata';

const METADATA_V4 = new Set(['169.254.169.254', '169.254.170.2', '100.100.100.200', '192.0.0.192']);
const METADATA_V6 = createBlockList('ipv6', [
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
]);

/** Not reachable over the internet, by the registry. */
const PRIVATE_V4 = createBlockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]);

/** IPv6 the other way round: only global unicast is public, and of that not these. */
const GLOBAL_V6 = createBlockList('ipv6', [['2000::', 3]]);
const PRIVATE_V6 = createBlockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
]);

function createBlockList(
  family: 'ipv4' | 'ipv6',
  ranges: readonly (readonly [string, number])[],
): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}

/** Judges an address in text, without brackets; what is no address is `private`. */
export function classifyAddress(address: string): AddressClass {
  if (isIPv4(address)) return classifyV4(address);
  // A zone names an interface of this machine, so it is never out on the internet.
  if (!isIPv6(address) || address.includes('%')) return 'private';
  if (METADATA_V6.check(address, 'ipv6')) return 'metadata';
  const embedded = findEmbeddedV4(address);
  if (embedded !== undefined) return classifyV4(embedded);
  const isPublic = GLOBAL_V6.check(address, 'ipv6') && !PRIVATE_V6.check(address, 'ipv6');
  return isPublic ? 'public' : 'private';
}

function classifyV4(address: string): AddressClass {
  if (METADATA_V4.has(address)) return 'metadata';
  return PRIVATE_V4.check(address, 'ipv4') ? 'private' : 'public';
}

/** The IPv4 address that a mapped, translated (NAT64) or 6to4 address leads to. */
function findEmbeddedV4(address: string): string | undefined {
  const groups = expandV6(address);
  const isZero = (from: number, to: number) => groups.slice(from, to).every((g) => g === 0);
  if (isZero(0, 5) && groups[5] === 0xffff) return formatV4(groups[6], groups[7]);
  if (groups[0] === 0x64 && groups[1] === 0xff9b && isZero(2, 6)) {
    return formatV4(groups[6], groups[7]);
  }
  if (groups[0] === 0x2002) return formatV4(groups[1], groups[2]);
  return undefined;
}

function formatV4(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of a valid address; the URL parser writes every form of it the same way. */
function expandV6(address: string): readonly number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head, tail] = canonical.split('::');
  const first = readGroups(head);
  const last = readGroups(tail ?? '');
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array.from({ length: zeros }, () => 0), ...last];
}

function readGroups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** Why an address may not be reached; undefined where it may. */
export function findAddressRefusal(
  address: string,
  options: { readonly allowsPrivate: boolean },
): string | undefined {
  const kind = classifyAddress(address);
  if (kind === 'metadata') return `${address} serves a cloud's credentials and is never called`;
  if (kind === 'private' && !options.allowsPrivate) {
    return `${address} is not on the internet; set allow_private: true if it is meant`;
  }
  return undefined;
}

/** The address in a URL's host, where it has one; the URL parser has already normalised it. */
export function addressLiteral(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIPv4(host) || isIPv6(host) ? host : undefined;
}
