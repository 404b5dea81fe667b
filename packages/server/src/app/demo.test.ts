import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { after, describe, it } from 'node:test';
import type { DemoState } from '@nines/contract';
import { httpRequest, type RequestContext } from '../platform/index.ts';
import { createDemoRoutes } from './demo.ts';

const STATE = {
  faults: [{ id: 'pay.errors', service: 'pay', kind: 'errors', since: 1700000000000 }],
  requestsPerSecond: 15,
  isLoadOn: true,
};
const context: RequestContext = {
  actor: undefined,
  clientAddress: '127.0.0.1',
  sessionToken: undefined,
  watchClient: () => new AbortController().signal,
  setSessionToken() {},
};
const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

/** A shop that answers as it is told; answers where it is controlled. */
async function startShop(answer: RequestListener): Promise<URL> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return new URL(`http://127.0.0.1:${port}`);
}

const routesFor = (control: URL | undefined): ReturnType<typeof createDemoRoutes> =>
  createDemoRoutes({ control: () => control, request: httpRequest });
const ask = async (control: URL | undefined): Promise<DemoState> =>
  routesFor(control).getDemo({ params: {}, query: {}, body: {} }, context);
const breakPay = async (control: URL | undefined): Promise<DemoState> =>
  routesFor(control).setDemoFault(
    { params: { id: 'pay.errors' }, query: {}, body: { isOn: true } },
    context,
  );

describe('the demo’s routes', () => {
  it('say so where there is no shop', async () => {
    const nothing = { faults: [], requestsPerSecond: 0, isLoadOn: false };
    assert.deepEqual(await ask(undefined), { isDemo: false, isShopUp: false, ...nothing });
    await assert.rejects(breakPay(undefined), { code: 'DEMO_NOT_RUNNING' });
  });

  it('pass on what is to be broken, and answer with the state after it', async () => {
    const asked: string[] = [];
    const control = await startShop((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        asked.push(text);
        response.end(JSON.stringify(STATE));
      });
    });
    assert.deepEqual(await breakPay(control), { isDemo: true, isShopUp: true, ...STATE });
    assert.deepEqual(asked, ['PUT /faults/pay.errors', '{"isOn":true}']);
  });

  it('tell a shop that is gone from one that was never there', async () => {
    const control = await startShop((_request, response) => response.end());
    await new Promise<void>((done) => void servers.at(-1)?.close(() => done()));
    const state = await ask(control);
    assert.deepEqual([state.isDemo, state.isShopUp], [true, false]);
    await assert.rejects(breakPay(control), {
      code: 'DEMO_SHOP_AWAY',
      message: /does not answer at http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED; is npm run demo still/,
    });
  });

  it('pass on that there is no such fault', async () => {
    const control = await startShop((_request, response) =>
      response.writeHead(404).end('{"message":"there is no fault \\"x\\" in the shop"}'),
    );
    await assert.rejects(breakPay(control), {
      code: 'DEMO_FAULT_UNKNOWN',
      message: 'there is no fault "x" in the shop',
    });
  });

  it('trust nothing that another program answers on the shop’s port', async () => {
    const check = async (body: string, why: RegExp, status = 200): Promise<void> => {
      const control = await startShop((_request, response) => response.writeHead(status).end(body));
      await assert.rejects(breakPay(control), { code: 'DEMO_SHOP_AWAY', message: why }, body);
    };
    const withFault = (fault: object): string => JSON.stringify({ ...STATE, faults: [fault] });
    await check('<html>', /sent no JSON/);
    await check('null', /something other than its state/);
    await check('{"faults":{}}', /something other than its state/);
    await check(JSON.stringify({ ...STATE, isLoadOn: 1 }), /something other than its state/);
    await check(withFault({ ...STATE.faults[0], kind: 'fire' }), /a fault that makes no sense/);
    await check(withFault({ ...STATE.faults[0], since: 'now' }), /a fault that makes no sense/);
    await check('x'.repeat(70_000), /a body that is too large/);
    await check('', /status 500/, 500);
  });

  it('do not follow to another place', async () => {
    const elsewhere = await startShop((_request, response) => response.end(JSON.stringify(STATE)));
    const control = await startShop((_request, response) =>
      response.writeHead(307, { location: elsewhere.href }).end(),
    );
    await assert.rejects(breakPay(control), { code: 'DEMO_SHOP_AWAY' });
    assert.equal((await ask(control)).isShopUp, false);
  });
});
