import type { ProxyConfig } from '../platform/index.ts';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createFindProxy } from './http-proxy.ts';

const NOTHING = { httpProxy: '', httpsProxy: '', noProxy: '' };
const find = (config: ProxyConfig, url: string, environment = NOTHING): string | undefined =>
  createFindProxy(config, () => environment)(new URL(url));

it('goes through the proxy that is configured, but for the exceptions', () => {
  const check = (noProxy: string, url: string, isDirect: boolean): void => {
    const proxy = find({ kind: 'url', url: 'http://p:3128', noProxy }, url);
    assert.equal(proxy === undefined, isDirect, `${noProxy} ${url}`);
  };
  check('', 'http://a.example/', false);
  check('', 'http://127.0.0.1/', false);
  check('x', 'http://127.0.0.1/', true);
  check('x', 'http://localhost:9/', true);
  check('*', 'https://a.example/', true);
  check('example', 'http://example/', true);
  check('example', 'http://a.example/', true);
  check('.example', 'http://example/', false);
  check('.example', 'http://a.example/', true);
  check('*.example', 'http://a.example/', true);
  check('b, A.Example:8080', 'http://a.example:8080/', true);
  check('a.example:8080', 'http://a.example/', false);
  check('a.example:80', 'http://a.example/', true);
  check('10.0.0.0/8', 'http://10.1.2.3/', true);
  check('10.0.0.0/8', 'http://11.1.2.3/', false);
  check('10.0.0.0/99', 'http://10.1.2.3/', false);
  check('fd00::/8', 'http://[fd00::1]:9/', true);
  check('[fd00::1]:9', 'http://[fd00::1]:9/', true);
  check('fd00::1', 'http://[fd00::1]/', true);
});

it('goes where the environment says, and nowhere where nothing is said', () => {
  const environment = { httpProxy: 'http://p', httpsProxy: 'http://s', noProxy: 'b' };
  const config = { kind: 'environment' } as const;
  assert.equal(find(config, 'http://a/', environment), 'http://p');
  assert.equal(find(config, 'https://a/', environment), 'http://s');
  assert.equal(find(config, 'https://b/', environment), undefined);
  assert.equal(find(config, 'http://a/'), undefined);
  assert.equal(find({ kind: 'none' }, 'http://a/', environment), undefined);
});
