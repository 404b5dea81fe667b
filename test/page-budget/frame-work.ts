/**
 * How long the main thread of a page works for each frame.
 *
 * Processor time, not time on the clock: what a busy machine takes away in the middle of a frame is
 * no work of the page. Everything counts that runs on the thread: scripts, styles, layout, paint,
 * collecting garbage.
 */
import type { Page } from 'playwright-core';

const CATEGORIES = ['toplevel', 'devtools.timeline', 'blink.user_timing'];
const MARK = 'frames-begin';
const TASK = 'ThreadControllerImpl::RunTask';
const FRAME = 'FireAnimationFrame';

/** Of Chromium's trace events those parts that are read here. */
interface TraceEvent {
  readonly name: string;
  readonly thread: string;
  readonly atUs: number;
  readonly workUs: number;
}

/** Milliseconds of work for each frame that is drawn while `act` runs. */
export async function measureFrameWork(
  page: Page,
  act: () => Promise<unknown>,
): Promise<readonly number[]> {
  const devtools = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  devtools.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) events.push(readEvent(event));
  });
  const { promise: complete, resolve } = Promise.withResolvers<void>();
  devtools.once('Tracing.tracingComplete', () => resolve());
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES },
  });
  await page.evaluate((name) => void performance.mark(name), MARK);
  await act();
  await devtools.send('Tracing.end');
  await complete;
  await devtools.detach();
  return sumFrames(events);
}

function readEvent(event: Readonly<Record<string, unknown>>): TraceEvent {
  return {
    name: String(event['name']),
    thread: `${String(event['pid'])} ${String(event['tid'])}`,
    atUs: Number(event['ts']),
    workUs: Number(event['tdur'] ?? 0),
  };
}

/** A frame's work is all since the frame before, with the task that runs its own script. */
function sumFrames(events: readonly TraceEvent[]): readonly number[] {
  const thread = events.find(({ name }) => name === MARK)?.thread;
  const mine = events
    .filter((event) => event.thread === thread && [TASK, FRAME].includes(event.name))
    .toSorted((a, b) => a.atUs - b.atUs);
  const frames: number[] = [];
  for (const { name, workUs } of mine) {
    if (name === FRAME) frames.push(0);
    else if (frames.length > 0) frames.push((frames.pop() ?? 0) + workUs / 1_000);
  }
  return frames;
}
