import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHostGuard, isLoopbackAddress, type Sender } from './host-guard.ts';

const NOTHING_SAID: Sender = {
  method: 'GET',
  host: undefined,
  origin: undefined,
  site: undefined,
  isNavigation: false,
  isMarked: false,
  hasSession: false,
};

describe('host guard', () => {
  const open = createHostGuard({ isAuthRequired: false, externalUrl: 'http://127.0.0.1:9999' });
  const closed = createHostGuard({ isAuthRequired: true, externalUrl: 'https://nines.example' });
  const check = (guard: typeof open, request: Partial<Sender>, isAllowed: boolean): void => {
    const why = guard({ ...NOTHING_SAID, ...request });
    assert.equal(why === undefined, isAllowed, why ?? 'was let in');
  };

  it('lets loopback names in without authentication', () => {
    check(open, { host: '127.0.0.1:9999' }, true);
    check(open, { host: 'localhost:9999' }, true);
    check(open, { host: '[::1]:9999' }, true);
  });
  it('refuses a foreign host without authentication, as DNS rebinding sends it', () => {
    check(open, { host: 'evil.example:9999' }, false);
    check(open, { host: '127.0.0.1.evil.example' }, false);
    check(open, {}, false);
  });
  it('refuses a foreign origin without authentication, reads included', () => {
    check(open, { host: '127.0.0.1:9999', origin: 'https://evil.example' }, false);
    check(open, { host: '127.0.0.1:9999', origin: 'null' }, false);
    check(open, { host: '127.0.0.1:9999', origin: 'http://127.0.0.1:9999' }, true);
  });
  it('refuses unsafe methods from a foreign origin with authentication', () => {
    check(closed, { method: 'POST', host: 'nines.example', origin: 'https://evil.example' }, false);
    check(closed, { method: 'POST', host: 'nines.example', origin: 'https://nines.example' }, true);
    check(closed, { method: 'POST', host: '10.0.0.5:9999' }, true);
    check(closed, { method: 'GET', host: '10.0.0.5', origin: 'https://grafana.example' }, true);
  });
  it('takes another port of the same machine for foreign', () => {
    const host = 'localhost:9999';
    check(open, { method: 'POST', host, origin: 'http://localhost:3000' }, false);
    check(closed, { method: 'POST', host, origin: 'http://localhost:3000' }, false);
    check(closed, { method: 'POST', host, origin: 'http://localhost:9999' }, true);
  });
  it('lets links be followed without authentication, but no page of another site ask', () => {
    const host = '127.0.0.1:9999';
    check(open, { host, site: 'cross-site' }, false);
    check(open, { host, site: 'same-site' }, false);
    check(open, { host, site: 'cross-site', isNavigation: true }, true);
    check(open, { host, site: 'cross-site', isNavigation: true, method: 'POST' }, false);
    check(open, { host, site: 'same-origin' }, true);
  });
  it('wants a sign of our page from a session that changes something', () => {
    const sent: Partial<Sender> = { method: 'POST', host: 'nines.example', hasSession: true };
    check(closed, sent, false);
    check(closed, { ...sent, isMarked: true }, true);
    check(closed, { ...sent, origin: 'https://nines.example' }, true);
    check(closed, { ...sent, isMarked: true, origin: 'https://evil.example' }, false);
    check(closed, { ...sent, isMarked: true, site: 'cross-site' }, false);
    check(closed, { ...sent, hasSession: false }, true);
  });
  it('knows loopback addresses from others', () => {
    for (const host of ['127.0.0.1', '127.8.9.1', '::1', 'localhost']) {
      assert.ok(isLoopbackAddress(host), host);
    }
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '1270.0.0.1', 'example.org', '']) {
      assert.ok(!isLoopbackAddress(host), host);
    }
  });
});
