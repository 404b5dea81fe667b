import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { closeServer, listen } from '../test/harness/exporter.ts';
import { type ControlledShop, createControl } from './control.ts';
import { FAULTS, type ShopState } from './faults.ts';

const STATE: ShopState = { faults: [], requestsPerSecond: 15, isLoadOn: true };

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

describe('the shop’s control', () => {
  const told: string[] = [];
  const shop: ControlledShop = {
    state: () => STATE,
    async setFault(id, isOn) {
      told.push(`${id} ${isOn}`);
      return FAULTS.some((fault) => fault.id === id) ? STATE : undefined;
    },
    setLoad(isOn) {
      told.push(`load ${isOn}`);
      return STATE;
    },
  };
  const server = createControl(shop);
  let port = 0;
  before(async () => {
    port = await listen(server);
  });
  after(async () => closeServer(server));

  /** Not by fetch, which sets Host and Origin itself. */
  const ask = async (asked: Asked): Promise<readonly [number, string]> => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly [number, string]>();
    const { method, path, headers, body } = asked;
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers });
    outgoing.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve([response.statusCode ?? 0, text]));
    });
    outgoing.end(body);
    return promise;
  };
  const put = async (path: string, body: string): Promise<readonly [number, string]> =>
    ask({ method: 'PUT', path, body });

  it('tells the state, and changes it', async () => {
    assert.deepEqual(await ask({ method: 'GET', path: '/state' }), [200, JSON.stringify(STATE)]);
    assert.equal((await put('/faults/pay.errors', '{"isOn":true}'))[0], 200);
    assert.equal((await put('/load', ' {"isOn": false} '))[0], 200);
    assert.deepEqual(told, ['pay.errors true', 'load false']);
  });

  it('says what it does not have or understand', async () => {
    const check = async (asked: Asked, status: number, message: RegExp): Promise<void> => {
      const [gotStatus, text] = await ask(asked);
      assert.deepEqual([gotStatus, message.test(text)], [status, true], text);
    };
    const on = '{"isOn":true}';
    await check({ method: 'PUT', path: '/faults/x.y', body: on }, 404, /no fault \\"x\.y\\"/);
    await check({ method: 'PUT', path: '/other', body: on }, 404, /there is no PUT \/other/);
    await check({ method: 'GET', path: '/load' }, 404, /there is no GET \/load/);
    await check({ method: 'GET', path: '/playbooks/constructor' }, 404, /there is no GET/);
    for (const body of ['', 'null', '[]', '{"isOn":"true"}', '{']) {
      await check({ method: 'PUT', path: '/load', body }, 400, /want a body such as/);
    }
  });

  it('reads no more of a body than makes sense', async () => {
    const body = `{"isOn":true}${' '.repeat(100_000)}`;
    assert.equal((await put('/load', body))[0], 413);
  });

  it('has a playbook for each service', async () => {
    for (const service of ['front', 'cart', 'pay']) {
      const [status, text] = await ask({ method: 'GET', path: `/playbooks/${service}` });
      assert.deepEqual([status, text.startsWith(`# Playbook: ${service}\n`)], [200, true]);
    }
  });

  it('answers to its own address only, and to no page of another origin', async () => {
    const check = async (headers: Readonly<Record<string, string>>, status: number) => {
      const [got] = await ask({ method: 'PUT', path: '/load', body: '{"isOn":true}', headers });
      assert.equal(got, status, JSON.stringify(headers));
    };
    const before = told.length;
    await check({ host: `evil.example:${port}` }, 403);
    await check({ host: '127.0.0.1:1' }, 403);
    await check({ origin: 'https://evil.example' }, 403);
    await check({ origin: 'null' }, 403);
    assert.equal(told.length, before);
    await check({ host: `localhost:${port}` }, 200);
    await check({ origin: `http://127.0.0.1:${port}` }, 200);
  });
});
