import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, it } from 'node:test';
import { addressLiteral, classifyAddress, findAddressRefusal } from './address.ts';
import { createSeededRandom } from './random.ts';

const check = (want: string, ...addresses: readonly string[]) => {
  for (const address of addresses) assert.equal(classifyAddress(address), want, address);
};

describe('classifyAddress', () => {
  it('knows the internet', () =>
    check(
      'public',
      '1.1.1.1',
      '100.63.255.255',
      '172.32.0.1',
      '192.167.255.255',
      '223.255.255.255',
    ));
  it('knows it in IPv6', () => check('public', '2606:4700::1111', '2a00:1450::1', '2400:cb00::1'));
  it('knows this machine', () =>
    check('private', '127.0.0.1', '127.9.9.9', '0.0.0.0', '::1', '::'));
  it('knows private networks', () =>
    check(
      'private',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      'fd12::1',
      'fc00::1',
    ));
  it('knows shared, link-local, multicast, reserved and example addresses', () => {
    check('private', '100.64.0.1', '169.254.1.1', '224.0.0.1', '255.255.255.255', '240.0.0.1');
    check(
      'private',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
      'fe80::1',
      'ff02::1',
    );
    check('private', '2001:db8::1', '2001::1', '3fff::1', '64:ff9b:1::1', '100::1', '5f00::1');
  });
  it('knows the metadata services of clouds', () =>
    check('metadata', '169.254.169.254', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254'));
  it('looks into addresses that lead to IPv4', () => {
    check('private', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::10.0.0.1', '2002:7f00:1::');
    check('metadata', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1');
    check('public', '::ffff:1.1.1.1', '64:ff9b::101:101', '2002:101:101::1');
  });
  it('takes the old compatible form for private', () =>
    check('private', '::127.0.0.1', '::1.1.1.1'));
  it('takes what is no address, or has a zone, for private', () =>
    check('private', '', 'localhost', '1.1.1', '2606:4700::1%eth0', '[2606:4700::1]'));
  it('agrees with itself on every way to write an IPv6 address', () => {
    const seed = 7;
    const random = createSeededRandom(seed);
    for (let round = 0; round < 2000; round++) {
      const groups = Array.from({ length: 8 }, () =>
        random.float() < 0.6 ? 0 : Math.floor(random.float() * 0x10000),
      );
      groups[0] = [0, 0x64, 0x2002, 0x2001, 0xfd00, 0x2a00][Math.floor(random.float() * 6)];
      const long = groups.map((group) => group.toString(16).padStart(4, '0')).join(':');
      const short = new URL(`http://[${long}]`).hostname.slice(1, -1);
      assert.equal(isIP(short), 6);
      assert.equal(classifyAddress(long), classifyAddress(short), `seed ${seed}: ${long}`);
    }
  });
});

describe('findAddressRefusal', () => {
  it('lets the internet pass', () =>
    assert.equal(findAddressRefusal('1.1.1.1', { allowsPrivate: false }), undefined));
  it('refuses a private address and says how to allow it', () =>
    assert.match(
      findAddressRefusal('10.0.0.1', { allowsPrivate: false }) ?? '',
      /^10.0.0.1 is not on the internet; set allow_private: true/,
    ));
  it('lets a private address pass where allowed', () =>
    assert.equal(findAddressRefusal('127.0.0.1', { allowsPrivate: true }), undefined));
  it('never lets metadata pass', () =>
    assert.match(
      findAddressRefusal('169.254.169.254', { allowsPrivate: true }) ?? '',
      /serves a cloud's credentials/,
    ));
});

describe('addressLiteral', () => {
  const checkLiteral = (url: string, want: string | undefined) =>
    assert.equal(addressLiteral(new URL(url)), want);
  it('finds none in a name', () => checkLiteral('https://hooks.example/x', undefined));
  it('sees through the ways to hide one', () => {
    for (const host of ['127.0.0.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.1']) {
      checkLiteral(`http://${host}/`, '127.0.0.1');
    }
  });
  it('takes off the brackets', () => checkLiteral('http://[::ffff:10.0.0.1]/', '::ffff:a00:1'));
});
