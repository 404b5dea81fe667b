/**
 * Names and numbers of the DNS (IANA's "Domain Name System (DNS) Parameters"), as far as
 * blackbox_exporter's file may name them.
 */

export const DNS_CLASSES: ReadonlyMap<string, number> = new Map([
  ['IN', 1],
  ['CS', 2],
  ['CH', 3],
  ['HS', 4],
  ['NONE', 254],
  ['ANY', 255],
]);

/** The types in the order of their numbers: `NAME=number`, or the one after the one before. */
const TYPES =
  'None=0 A NS MD MF CNAME SOA MB MG MR NULL PTR=12 HINFO MINFO MX TXT RP AFSDB X25 ISDN RT ' +
  'NSAP-PTR=23 SIG KEY PX GPOS AAAA LOC NXT EID NIMLOC SRV ATMA NAPTR KX CERT DNAME=39 OPT=41 APL ' +
  'DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA HIP=55 NINFO RKEY ' +
  'TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS SPF=99 UINFO UID GID UNSPEC NID L32 L64 LP ' +
  'EUI48 EUI64 NXNAME=128 TKEY=249 TSIG IXFR AXFR MAILB MAILA ANY URI CAA AVC AMTRELAY=260 ' +
  'RESINFO TA=32768 DLV Reserved=65535';

export const DNS_TYPES: ReadonlyMap<string, number> = readNumbered(TYPES);

const RCODES =
  'NOERROR=0 FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN YXRRSET NXRRSET NOTAUTH NOTZONE ' +
  'BADSIG=16 BADKEY BADTIME BADMODE BADNAME BADALG BADTRUNC BADCOOKIE';

export const DNS_RCODES: ReadonlyMap<string, number> = readNumbered(RCODES);

function readNumbered(text: string): ReadonlyMap<string, number> {
  let number = 0;
  return new Map(
    text.split(' ').map((item) => {
      const [name, said] = item.split('=');
      number = said === undefined ? number + 1 : Number(said);
      return [name, number] as const;
    }),
  );
}

/** The name of a number; undefined where it has none here. */
export function findName(names: ReadonlyMap<string, number>, wanted: number): string | undefined {
  for (const [name, number] of names) if (number === wanted) return name;
  return undefined;
}
