import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressKey, AttemptLimiter } from './attempt-limiter.ts';

const createLimiter = (keysMax?: number) =>
  new AttemptLimiter({ burst: 3, everyMs: 100, ...(keysMax !== undefined && { keysMax }) });

describe('the attempt limiter', () => {
  it('lets a burst through, then one for each interval, and says how long to wait', () => {
    const limiter = createLimiter();
    const takes = [0, 0, 0, 0, 40, 99, 100, 100, 250].map((now) => limiter.take('a', now));
    assert.deepEqual(takes, [0, 0, 0, 100, 60, 1, 0, 100, 0]);
  });

  it('holds no more than a burst after a long silence', () => {
    const limiter = createLimiter();
    limiter.take('a', 0);
    const takes = Array.from({ length: 4 }, () => limiter.take('a', 1_000_000));
    assert.deepEqual(takes, [0, 0, 0, 100]);
  });

  it('counts each key by itself', () => {
    const limiter = createLimiter();
    for (let i = 0; i < 3; i++) limiter.take('a', 0);
    assert.equal(limiter.take('a', 0), 100);
    assert.equal(limiter.take('b', 0), 0);
  });

  it('does not count what was given back', () => {
    const limiter = createLimiter();
    for (let i = 0; i < 10; i++) {
      assert.equal(limiter.take('a', 0), 0);
      limiter.giveBack('a');
    }
    limiter.giveBack('nobody');
  });

  it('makes those who are refused wait no longer', () => {
    const limiter = createLimiter();
    for (let i = 0; i < 50; i++) limiter.take('a', 0);
    assert.equal(limiter.take('a', 100), 0);
  });

  it('forgets the key that was not used for longest when there are too many', () => {
    const limiter = createLimiter(2);
    for (let i = 0; i < 3; i++) limiter.take('a', 0);
    limiter.take('b', 0);
    // A refused attempt is no use: "a" stays the oldest.
    assert.equal(limiter.take('a', 0), 100);
    limiter.take('c', 0);
    assert.equal(limiter.take('a', 0), 0);
  });
});

describe('the key of an address', () => {
  const check = (address: string, want: string) => assert.equal(addressKey(address), want);

  it('is the whole of an IPv4 address, however it is written', () => {
    check('192.0.2.7', '192.0.2.7');
    check('::ffff:192.0.2.7', '192.0.2.7');
    check('::FFFF:192.0.2.7', '192.0.2.7');
  });

  it('is the network of an IPv6 address', () => {
    check('2001:db8:1:2:3:4:5:6', '2001:db8:1:2');
    check('2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2');
    check('2001:0DB8:0001:0002::9', '2001:db8:1:2');
    check('2001:db8::1', '2001:db8:0:0');
    check('::1', '0:0:0:0');
    check('fe80::1%eth0', 'fe80:0:0:0');
    check('1::', '1:0:0:0');
  });
});
