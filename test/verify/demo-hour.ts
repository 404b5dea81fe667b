/**
 * The demo for an hour, with a board open and faults that come and go: what Nines' own process takes
 * then is what it takes for good, unless something leaks.
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openBrowser } from '../harness/browser.ts';
import { type Demo, startDemo } from '../harness/demo.ts';
import { readProcessId, readResidentMib } from '../harness/process.ts';
import { missing, type Verification, type VerificationResult } from './verification.ts';

const MINUTES = 60;
const RESIDENT_MIB_MAX = 200;
/** On and off in turn, so that alerts fire, page and end while the hour passes. */
const FAULTS = ['pay.errors', 'pay.latency', 'pay.dead', 'front.overload'] as const;
const FAULT_EVERY_MINUTES = 5;
const FAULT_MINUTES = 2;

export const demoHour: Verification = {
  name: 'demo-hour',
  promise: 'after an hour of the demo, with a board open, the server takes less than 200 MiB',
  async run() {
    if (process.platform !== 'linux') return missing('/proc');
    const browser = await openBrowser();
    if (browser === undefined) return missing('Chromium');
    const demo = await startDemo();
    try {
      const page = await browser.newPage();
      await page.goto(demo.url);
      return judge(await watch(demo));
    } finally {
      await browser.close();
      await demo.stop();
    }
  },
};

/** The resident memory at the end of each minute, in MiB. */
async function watch(demo: Demo): Promise<readonly number[]> {
  const processId = readProcessId(join(demo.dataDir, 'nines'));
  const residentMib: number[] = [];
  for (let minute = 1; minute <= MINUTES; minute++) {
    await setTimeout(60_000);
    residentMib.push(readResidentMib(processId));
    const at = minute % FAULT_EVERY_MINUTES;
    const fault = FAULTS[Math.floor(minute / FAULT_EVERY_MINUTES) % FAULTS.length];
    if (at === 0 || at === FAULT_MINUTES) await demo.setFault(fault, at === 0);
  }
  return residentMib;
}

function judge(residentMib: readonly number[]): VerificationResult {
  const atEnd = Math.max(...residentMib.slice(-5));
  const isKept = residentMib.length === MINUTES && atEnd < RESIDENT_MIB_MAX;
  return {
    isKept,
    figures: {
      minutes: residentMib.length,
      residentMibAtEnd: atEnd,
      residentMibMax: Math.max(...residentMib),
      residentMibEach10Minutes: residentMib.filter((_, i) => i % 10 === 9),
    },
    misses: isKept ? [] : [`${atEnd} MiB at the end, promised are less than ${RESIDENT_MIB_MAX}`],
  };
}
