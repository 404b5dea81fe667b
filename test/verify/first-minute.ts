/**
 * What a newcomer meets: a clean clone, two commands, a link, and a page that is alive.
 *
 * Times are taken from outside, as a person at a terminal and a browser sees them. The server is
 * started several times, each on a new data folder; the middle one counts, because a machine may
 * be busy with something else once.
 */
import { type ChildProcess } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../harness/browser.ts';
import { readCpuMs, readProcessId, readResidentMib } from '../harness/process.ts';
import { waitUntil } from '../harness/wait.ts';
import { type CleanMachine, openCleanMachine, runCommand, startCommand } from './clean-machine.ts';
import { missing, type Verification, type VerificationResult } from './verification.ts';

const STARTS = 5;
const READY_MS_MAX = 1_000;
const LIVE_MS_MAX = 5_000;
const STOP_MS_MAX = 5_000;
const RESIDENT_MIB_MAX = 150;
/** Scraping, rules, an open page: after this everything has run more than once. */
const SETTLE_MS = 10_000;
/** What the board's first line says once Nines and its machine have answered. */
const LIVE_TEXT = '2 of 2 targets answer';

interface Start {
  readonly readyMs: number;
  /** What the server's process had used by then: on a busy machine, what the time would have been. */
  readonly readyCpuMs: number;
  readonly liveMs: number;
  readonly residentMib: number;
  readonly stopMs: number;
  readonly exitCode: number | null;
  /** What a second process on the same folder says. */
  readonly second: { readonly code: number | null; readonly output: string };
}

export const firstMinute: Verification = {
  name: 'first-minute',
  promise: 'a clean clone on Node 20 and npm is ready in 1 s, live in 5 s, and takes under 150 MiB',
  async run() {
    const machine = openCleanMachine();
    if (typeof machine === 'string') return missing(machine);
    if (!/^v2\d\./.test(machine.nodeVersion)) return missing(`Node 20 (${machine.nodeVersion})`);
    if (process.platform !== 'linux') return missing('/proc');
    const browser = await openBrowser();
    if (browser === undefined) return missing('Chromium');
    try {
      return await judge(machine, browser);
    } finally {
      await browser.close();
    }
  },
};

async function judge(machine: CleanMachine, browser: Browser): Promise<VerificationResult> {
  const beganMs = performance.now();
  const install = await runCommand(machine, ['npm', 'ci']);
  const installSeconds = Math.round((performance.now() - beganMs) / 100) / 10;
  if (install.code !== 0) {
    return { isKept: false, figures: { installSeconds }, misses: [`npm ci: ${install.output}`] };
  }
  const version = await runCommand(machine, ['node_modules/.bin/nines', '--version']);
  const starts: Start[] = [];
  for (let i = 0; i < STARTS; i++) starts.push(await startOnce(machine, browser, `data-${i}`));
  const middle = {
    readyMs: middleOf(starts.map(({ readyMs }) => readyMs)),
    readyCpuMs: middleOf(starts.map(({ readyCpuMs }) => readyCpuMs)),
    liveMs: middleOf(starts.map(({ liveMs }) => liveMs)),
    residentMib: middleOf(starts.map(({ residentMib }) => residentMib)),
    stopMs: middleOf(starts.map(({ stopMs }) => stopMs)),
  };
  const misses = [
    ...over('ready after ms', middle.readyMs, READY_MS_MAX),
    ...over('live data after ms', middle.liveMs, LIVE_MS_MAX),
    ...over('MiB resident', middle.residentMib, RESIDENT_MIB_MAX),
    ...over('stopped after ms', middle.stopMs, STOP_MS_MAX),
    ...(version.code === 0 ? [] : [`nines --version: ${version.output}`]),
    ...starts.flatMap(({ second, exitCode }) => findStartMisses(second, exitCode)),
  ];
  const figures = {
    nodeVersion: machine.nodeVersion,
    version: version.output.trim(),
    installSeconds,
    ...middle,
    readyMsOfAll: starts.map(({ readyMs }) => readyMs),
    loadAverage: loadavg()[0],
  };
  return { isKept: misses.length === 0, figures, misses };
}

function over(what: string, value: number, limit: number): readonly string[] {
  return value < limit ? [] : [`${what}: ${value}, promised are less than ${limit}`];
}

function findStartMisses(second: Start['second'], exitCode: number | null): readonly string[] {
  const isRefused = second.code === 1 && /in use by process \d+/.test(second.output);
  return [
    ...(isRefused ? [] : [`a second process was not refused: ${second.output}`]),
    ...(exitCode === 0 ? [] : [`SIGTERM ended it with exit code ${exitCode}`]),
  ];
}

/** Starts, signs in with the printed link, looks at the first page, measures, stops. */
async function startOnce(machine: CleanMachine, browser: Browser, data: string): Promise<Start> {
  const args = ['--listen', '127.0.0.1:0', '--data', data];
  const npm = startCommand(machine, ['npm', 'start', '--', ...args]);
  const seen = watchOutput(npm);
  const bannerAtMs = await seen.timeOf(/> node packages/);
  const readyAtMs = await seen.timeOf(/nines is ready on/);
  const processId = readProcessId(join(machine.cloneDir, data));
  const readyCpuMs = readCpuMs(processId);
  await seen.timeOf(/\/\S*#token=\S+/);
  const link = /https?:\/\/\S+#token=\S+/.exec(seen.text())?.[0] ?? '';
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(link);
    await page.getByText(LIVE_TEXT).filter({ visible: true }).first().waitFor();
    const liveMs = performance.now() - readyAtMs;
    await setTimeout(SETTLE_MS);
    const residentMib = readResidentMib(processId);
    const second = await runCommand(machine, ['node_modules/.bin/nines', 'serve', ...args]);
    const exit = Promise.withResolvers<number | null>();
    npm.once('close', exit.resolve);
    const stoppedMs = performance.now();
    process.kill(processId, 'SIGTERM');
    const exitCode = await exit.promise;
    return {
      readyMs: Math.round(readyAtMs - bannerAtMs),
      readyCpuMs,
      liveMs: Math.round(liveMs),
      residentMib,
      stopMs: Math.round(performance.now() - stoppedMs),
      exitCode,
      second,
    };
  } finally {
    await context.close();
  }
}

/** Notes when something was printed. */
function watchOutput(child: ChildProcess): {
  text(): string;
  timeOf(pattern: RegExp): Promise<number>;
} {
  let text = '';
  const lines: { readonly atMs: number; readonly end: number }[] = [];
  const take = (chunk: Buffer): void => {
    text += chunk.toString();
    lines.push({ atMs: performance.now(), end: text.length });
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return {
    text: () => text,
    timeOf: async (pattern) =>
      waitUntil(`${pattern} in what is printed`, async () => {
        const match = pattern.exec(text);
        return match === null ? undefined : lines.find(({ end }) => end > match.index)?.atMs;
      }),
  };
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
