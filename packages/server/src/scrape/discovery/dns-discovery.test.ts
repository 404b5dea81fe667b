import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DnsDiscoveryConfig } from './config.ts';
import { createDnsDiscovery, listNames, type LookUp, parseResolvConf } from './dns-discovery.ts';
import { createTools, Listener } from './testing.ts';

function listen(config: Partial<DnsDiscoveryConfig>, lookUp: LookUp, resolvConf = '') {
  const discovery = createDnsDiscovery(
    { kind: 'dns', names: ['shop.example'], type: 'SRV', port: 80, refreshMs: 100, ...config },
    { ...createTools(), lookUp, readResolvConf: async () => resolvConf },
  );
  return { heard: new Listener(discovery), stop: () => discovery.stop() };
}

describe('discovery by DNS', () => {
  it('gives the labels of each type of record', async () => {
    const name = { __meta_dns_name: 'shop.example' };
    const check = async (
      type: DnsDiscoveryConfig['type'],
      record: { readonly host: string; readonly port?: number },
      want: Record<string, string>,
    ): Promise<void> => {
      const { heard, stop } = listen({ type }, async () => [record]);
      await heard.until(({ groups }) => groups !== undefined);
      stop();
      assert.deepEqual(heard.targets(), [{ ...want, ...name }]);
    };
    await check(
      'SRV',
      { host: 'a.example', port: 9100 },
      {
        __address__: 'a.example:9100',
        __meta_dns_srv_record_target: 'a.example.',
        __meta_dns_srv_record_port: '9100',
      },
    );
    await check('A', { host: '10.0.0.1' }, { __address__: '10.0.0.1:80' });
    await check('AAAA', { host: 'fe80::1' }, { __address__: '[fe80::1]:80' });
    await check(
      'MX',
      { host: 'mx.example' },
      { __address__: 'mx.example:80', __meta_dns_mx_record_target: 'mx.example.' },
    );
    await check(
      'NS',
      { host: 'ns.example' },
      { __address__: 'ns.example:80', __meta_dns_ns_record_target: 'ns.example.' },
    );
  });

  it('keeps the targets of a name that cannot be looked up, and ends those of one that is gone', async () => {
    let answer: 'works' | 'fails' | 'gone' = 'works';
    const lookUp: LookUp = async () => {
      if (answer === 'fails') throw new Error('SERVFAIL');
      return answer === 'gone' ? undefined : [{ host: 'a', port: 1 }];
    };
    const { heard, stop } = listen({}, lookUp);
    await heard.until(() => heard.targets().length === 1);
    answer = 'fails';
    await heard.until(({ problems }) => problems.size > 0);
    assert.match(
      heard.problems.get('shop.example') ?? '',
      /cannot look up shop\.example: SERVFAIL/,
    );
    assert.equal(heard.targets().length, 1);
    answer = 'gone';
    await heard.until(() => heard.targets().length === 0);
    assert.equal(heard.problems.size, 0);
    stop();
  });

  it('tries the domains of resolv.conf', async () => {
    const asked: string[] = [];
    const lookUp: LookUp = async (name) => {
      asked.push(name);
      return name === 'db.two.example' ? [{ host: 'a', port: 1 }] : undefined;
    };
    const { heard, stop } = listen({ names: ['db'] }, lookUp, 'search one.example two.example.\n');
    await heard.until(() => heard.targets().length === 1);
    stop();
    assert.deepEqual(asked.slice(0, 2), ['db.one.example', 'db.two.example']);
  });

  it('knows which names one may mean', () => {
    const search = parseResolvConf('nameserver 1.1.1.1\nsearch a b\noptions timeout:1 ndots:2\n');
    assert.deepEqual(search, { domains: ['a', 'b'], dotsMin: 2 });
    assert.deepEqual(listNames('x.y', search), ['x.y.a', 'x.y.b', 'x.y']);
    assert.deepEqual(listNames('x.y.z', search), ['x.y.z', 'x.y.z.a', 'x.y.z.b']);
    assert.deepEqual(listNames('x.', search), ['x']);
  });
});
