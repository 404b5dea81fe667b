import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../platform/index.ts';
import { createEventHub, type EventStream } from './event-hub.ts';
import {
  EVENT_BUFFER_BYTES_MAX,
  EVENT_STREAMS_MAX,
  PAGE_CONFIRM_GRACE_MS,
  PAGE_CONFIRM_TIMEOUT_MS,
} from './limits.ts';

const PAGE = { id: 'pg_1', alertId: 'al_1', title: 't', body: 'b', service: null, firedAt: 0 };

interface FakeStream extends EventStream {
  readonly lines: string[];
  isEnded: boolean;
  isInvited: boolean;
}

function setUp() {
  const clock = createManualClock();
  const readers: number[] = [];
  const onReader = (): void => void readers.push(clock.now());
  const hub = createEventHub({ clock, version: 'test', onReader });
  const open = (bufferedBytes = 0, takesPages = true, login = 'mina'): FakeStream => {
    const stream: FakeStream = {
      takesPages,
      login,
      lines: [],
      isEnded: false,
      isInvited: true,
      isWelcome: async () => stream.isInvited,
      write: (text: string) => void stream.lines.push(text),
      bufferedBytes: () => bufferedBytes,
      end: () => {
        stream.isEnded = true;
      },
    };
    return stream;
  };
  /** How many were there, and how many confirmed. */
  const deliver = async (login?: string) => {
    const { openCount, confirmedCount } = await hub.deliver(PAGE, login);
    return { openCount, confirmedCount };
  };
  return { clock, hub, open, deliver, readers };
}

describe('event hub', () => {
  it('greets a new stream and numbers what it says', () => {
    const { hub, open } = setUp();
    const stream = open();
    hub.connect(stream);
    hub.publish({ type: 'notice.changed' });
    assert.deepEqual(stream.lines, [
      'id: 1\ndata: {"type":"hello","version":"test","now":0}\n\n',
      'id: 2\ndata: {"type":"notice.changed"}\n\n',
    ]);
  });

  it('says that nobody was there when no page is open', async () => {
    const { deliver } = setUp();
    assert.deepEqual(await deliver(), { openCount: 0, confirmedCount: 0 });
  });

  it('counts a page as delivered when every open browser confirms', async () => {
    const { hub, open, deliver } = setUp();
    hub.connect(open());
    hub.connect(open());
    const delivered = deliver();
    hub.confirm('pg_1');
    hub.confirm('pg_other');
    hub.confirm('pg_1');
    assert.deepEqual(await delivered, { openCount: 2, confirmedCount: 2 });
  });

  it('shows a page for one person on the pages of that person alone', async () => {
    const { hub, open, deliver } = setUp();
    const [mina, jon] = [open(), open(0, true, 'jon')];
    hub.connect(mina);
    hub.connect(jon);
    const delivered = deliver('mina');
    const late = [open(), open(0, true, 'jon')];
    for (const stream of late) hub.connect(stream);
    hub.confirm('pg_1');
    assert.deepEqual(await delivered, { openCount: 1, confirmedCount: 1 });
    const hasPage = ({ lines }: FakeStream) => lines.some((line) => line.includes('pg_1'));
    assert.deepEqual([mina, jon, ...late].map(hasPage), [true, false, true, false]);
  });

  it('does not take an open socket for a reader', async () => {
    const { clock, hub, open, deliver } = setUp();
    hub.connect(open());
    const delivered = deliver();
    clock.advance(PAGE_CONFIRM_TIMEOUT_MS);
    assert.deepEqual(await delivered, { openCount: 1, confirmedCount: 0 });
  });

  it('shows a page that waits to a browser that opens late, and says that one did', async () => {
    const { clock, hub, open, readers } = setUp();
    hub.connect(open());
    const delivered = hub.deliver(PAGE);
    clock.advance(2_000);
    const late = open();
    hub.connect(late);
    hub.connect(open(0, false));
    assert.match(late.lines.at(-1) ?? '', /"type":"page"/);
    assert.deepEqual(readers, [0, 2_000]);
    clock.advance(41);
    hub.confirm('pg_1');
    assert.deepEqual(await delivered, {
      openCount: 1,
      confirmedCount: 1,
      handedAt: 0,
      shownAt: 2_041,
    });
  });

  it('does not wait for a browser that sleeps once another has confirmed', async () => {
    const { clock, hub, open, deliver } = setUp();
    hub.connect(open());
    hub.connect(open());
    const delivered = deliver();
    hub.confirm('pg_1');
    clock.advance(PAGE_CONFIRM_GRACE_MS);
    assert.deepEqual(await delivered, { openCount: 2, confirmedCount: 1 });
  });

  it('pages those only who answer pages', async () => {
    const { hub, open, deliver } = setUp();
    const wall = open(0, false);
    hub.connect(wall);
    assert.deepEqual(await deliver(), { openCount: 0, confirmedCount: 0 });
    const person = open();
    hub.connect(person);
    const delivered = deliver();
    hub.confirm('pg_1');
    assert.deepEqual(await delivered, { openCount: 1, confirmedCount: 1 });
    hub.publish({ type: 'notice.changed' });
    assert.deepEqual([wall.lines.length, person.lines.length], [2, 3]);
  });

  it('ends a stream whose reader has fallen behind, and keeps the others', async () => {
    const { hub, open } = setUp();
    const slow = open(EVENT_BUFFER_BYTES_MAX + 1);
    const quick = open();
    hub.connect(slow);
    hub.connect(quick);
    await hub.heartbeat();
    assert.ok(slow.isEnded);
    assert.equal(quick.isEnded, false);
    assert.equal(hub.streamCount(), 1);
  });

  it('ends the streams of those who may no longer see', async () => {
    const { hub, open } = setUp();
    const gone = open();
    const stays = open();
    hub.connect(gone);
    hub.connect(stays);
    gone.isInvited = false;
    await hub.heartbeat();
    assert.deepEqual([gone.isEnded, stays.isEnded, hub.streamCount()], [true, false, 1]);
  });

  it('ends all streams when it closes, and takes no more', () => {
    const { hub, open } = setUp();
    const stream = open();
    hub.connect(stream);
    hub.close();
    assert.ok(stream.isEnded);
    assert.throws(() => hub.connect(open()), { code: 'EVENTS_CLOSED' });
  });

  it('refuses streams over the bound', () => {
    const { hub, open } = setUp();
    for (let i = 0; i < EVENT_STREAMS_MAX; i++) hub.connect(open());
    assert.throws(() => hub.connect(open()), { code: 'EVENTS_TOO_MANY_STREAMS' });
  });
});
