import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TextStream } from './event-stream.ts';
import { EVENT_BUFFER_BYTES_MAX, NOTIFICATION_STREAMS_MAX } from './limits.ts';
import { createNotificationHub, type Notification } from './notification-hub.ts';

const LOW: Notification = { text: 'The disk is full', date: '2026-01-01T00:00:00Z', active: true };
const REFUSED = { ...LOW, text: 'The configuration is refused' };

function setUp() {
  const held: { now: readonly Notification[] } = { now: [] };
  const hub = createNotificationHub(() => held.now);
  const open = () => {
    const heard: string[] = [];
    const state = { isEnded: false, isWelcome: true, bufferedBytes: 0 };
    const stream: TextStream = {
      write: (text) => void heard.push(text),
      bufferedBytes: () => state.bufferedBytes,
      isWelcome: async () => state.isWelcome,
      end: () => {
        state.isEnded = true;
      },
    };
    return { stream, heard, state };
  };
  return { held, hub, open };
}

const said = (one: Notification): string => `data: ${JSON.stringify(one)}\n\n`;

describe('live notifications', () => {
  it('begin with what holds, then say what begins and what ends', () => {
    const { held, hub, open } = setUp();
    held.now = [LOW];
    const { stream, heard } = open();
    hub.connect(stream);
    held.now = [LOW, REFUSED];
    hub.refresh();
    hub.refresh();
    held.now = [REFUSED];
    hub.refresh();
    assert.deepEqual(heard, [
      `: still here\n\n${said(LOW)}`,
      said(REFUSED),
      said({ ...LOW, active: false }),
    ]);
  });

  it('tell a reader who comes late nothing twice', () => {
    const { held, hub, open } = setUp();
    const early = open();
    hub.connect(early.stream);
    held.now = [LOW];
    const late = open();
    hub.connect(late.stream);
    hub.refresh();
    assert.deepEqual(early.heard.slice(1), [said(LOW)]);
    assert.deepEqual(late.heard, [`: still here\n\n${said(LOW)}`]);
  });

  it('have room for some readers, and for those who come after one has gone', () => {
    const { hub, open } = setUp();
    const leave = hub.connect(open().stream);
    for (let i = 1; i < NOTIFICATION_STREAMS_MAX; i++) assert.ok(hub.connect(open().stream));
    assert.equal(hub.connect(open().stream), undefined);
    leave?.();
    assert.ok(hub.connect(open().stream));
    hub.close();
    assert.equal(hub.connect(open().stream), undefined);
  });

  it('end for who does not read, and for who may not see them any more', async () => {
    const { held, hub, open } = setUp();
    const [slow, gone, fine] = [open(), open(), open()];
    for (const { stream } of [slow, gone, fine]) hub.connect(stream);
    slow.state.bufferedBytes = EVENT_BUFFER_BYTES_MAX + 1;
    held.now = [LOW];
    hub.refresh();
    assert.equal(slow.state.isEnded, true);
    gone.state.isWelcome = false;
    await hub.heartbeat();
    assert.deepEqual([gone.state.isEnded, fine.state.isEnded], [true, false]);
    assert.equal(slow.heard.length, 1);
  });
});
