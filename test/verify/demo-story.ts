/** From a clean clone to a page that came, was taken and is over, in a browser. */
import { loadavg } from 'node:os';
import { tellDemo, type Told } from '../demo-story/index.ts';
import { openBrowser } from '../harness/browser.ts';
import { openCleanMachine } from './clean-machine.ts';
import { missing, type Verification, type VerificationResult } from './verification.ts';

const LIVE_MS_MAX = 60_000;
const PAGE_MS_MAX = 120_000;

export const demoStory: Verification = {
  name: 'demo-story',
  promise:
    'from a clean clone: live data within 60 s, "break pay" to the page within 120 s, then taken and recovered; every page accessible at two widths, in two themes and two languages',
  run: async () => runDemoStory(undefined),
};

/** The same; with a folder, the documentation's pictures are left there. */
export async function runDemoStory(picturesDir: string | undefined): Promise<VerificationResult> {
  const machine = openCleanMachine();
  if (typeof machine === 'string') return missing(machine);
  const browser = await openBrowser();
  if (browser === undefined) return missing('Chromium');
  try {
    return judge(await tellDemo(machine, browser, picturesDir));
  } finally {
    await browser.close();
  }
}

function judge({ times, faults, ...figures }: Told): VerificationResult {
  const misses = [
    ...(times.liveMs <= LIVE_MS_MAX ? [] : [`live data after ${times.liveMs} ms`]),
    ...(times.pageMs <= PAGE_MS_MAX ? [] : [`the page came after ${times.pageMs} ms`]),
    ...faults,
  ];
  return {
    isKept: misses.length === 0,
    figures: { ...figures, ...times, loadAverage: loadavg()[0] },
    misses,
  };
}
