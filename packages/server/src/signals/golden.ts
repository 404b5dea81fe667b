/**
 * The board's four signals of each service.
 *
 * A board of a hundred services is some five hundred queries, and the thread that answers them also
 * sends pages. So the board is answered with what is known, some seconds old, and one
 * refresh at a time goes through the services in short turns: first for the values of those that
 * nothing is known of, then for lines, which cost ten times as much. A line's older points do not
 * change: only those are asked for that the grid has since moved on to.
 */
import type { BoardSignal, GoldenSignals } from '@nines/contract';
import type { Service } from '../catalog/index.ts';
import { type Clock, describeError, type Log } from '../platform/index.ts';
import type { QueryEngine } from '../promql/index.ts';
import { type Grid, readPoints, readValue } from './evaluate.ts';
import {
  BOARD_BURST_MS,
  BOARD_FOR_MS,
  BOARD_KEEP_MS,
  BOARD_REST_RATIO,
  BOARD_WAIT_MS,
  POINTS_PER_TURN,
} from './limits.ts';
import type { PlannedLine, PlannedSignal, SignalPlan } from './model.ts';
import type { PlanBook } from './plan-book.ts';
import { startTurns, type Turns } from './turns.ts';

export interface GoldenSources {
  readonly engine: QueryEngine;
  readonly plans: PlanBook;
  readonly clock: Clock;
  readonly log: Log;
  readonly pause: () => Promise<void>;
}

export interface GoldenBoard {
  /**
   * The signals of services, at most a minute old; one that was not asked for lately may have none
   * yet, when there are very many.
   */
  read(services: readonly Service[], grid: Grid): Promise<ReadonlyMap<string, GoldenSignals>>;
  /** Ends the refresh that is under way. */
  stop(): Promise<void>;
}

interface Points {
  readonly grid: Grid;
  readonly values: readonly (number | null)[];
}

interface Entry {
  readonly service: Service;
  readonly readAtMs: number;
  /** Its lines were read too. */
  readonly isWhole: boolean;
  readonly golden: GoldenSignals;
  /** By expression. */
  readonly points: ReadonlyMap<string, Points>;
}

export const NO_SIGNALS: GoldenSignals = {
  latency: null,
  traffic: null,
  errors: null,
  saturation: null,
};

/** Builds a board without signals. */
export function createGoldenBoard(sources: GoldenSources): GoldenBoard {
  const { clock, log } = sources;
  let entries = new Map<string, Entry>();
  let refreshing: Promise<void> | undefined;
  let isStopped = false;

  const isFresh = (service: Service): boolean => {
    const entry = entries.get(service.name);
    if (entry?.service !== service || !entry.isWhole) return false;
    return clock.monotonicMs() - entry.readAtMs < BOARD_FOR_MS;
  };
  const findUsable = ({ name }: Service): Entry | undefined => {
    const entry = entries.get(name);
    const isUsable = entry !== undefined && clock.monotonicMs() - entry.readAtMs < BOARD_KEEP_MS;
    return isUsable ? entry : undefined;
  };
  const refresh = async (services: readonly Service[], grid: Grid): Promise<void> => {
    const turns = startTurns({
      ...sources,
      burstMs: BOARD_BURST_MS,
      restRatio: BOARD_REST_RATIO,
    });
    const readAll = async (some: readonly Service[], hasLines: boolean): Promise<void> => {
      const reader = { ...sources, turns, grid, hasLines, isStopped: () => isStopped };
      for (const service of some) {
        const entry = await readEntry(reader, service, entries.get(service.name));
        if (entry !== undefined) entries.set(service.name, entry);
      }
    };
    const unknown = services.filter((service) => findUsable(service) === undefined);
    await readAll(unknown, false);
    await readAll(services, true);
  };
  const start = async (services: readonly Service[], grid: Grid): Promise<void> => {
    try {
      await refresh(services, grid);
    } catch (error) {
      // The board shows what was read before; the next one tries again.
      log.error('cannot read the signals of the board', { error: describeError(error) });
    } finally {
      refreshing = undefined;
    }
  };
  return {
    async read(services, grid) {
      const stale = services.filter((service) => !isFresh(service));
      if (stale.length > 0 && !isStopped) refreshing ??= start(stale, grid);
      if (refreshing !== undefined && services.some((one) => findUsable(one) === undefined)) {
        await waitAtMost(clock, refreshing, BOARD_WAIT_MS);
      }
      entries = new Map(services.flatMap(({ name }) => keep(name, entries.get(name))));
      return new Map(
        services.map((one) => [one.name, findUsable(one)?.golden ?? NO_SIGNALS] as const),
      );
    },
    async stop() {
      isStopped = true;
      await refreshing;
    },
  };
}

function keep(name: string, entry: Entry | undefined): readonly (readonly [string, Entry])[] {
  return entry === undefined ? [] : [[name, entry]];
}

async function waitAtMost(clock: Clock, work: Promise<void>, forMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(forMs, resolve);
  await Promise.race([work, promise]);
  timer.cancel();
}

interface EntryReader extends GoldenSources {
  readonly turns: Turns;
  readonly grid: Grid;
  /** False: the values only; lines stay as they are known. */
  readonly hasLines: boolean;
  readonly isStopped: () => boolean;
}

/** Undefined: stopped half way. */
async function readEntry(
  reader: EntryReader,
  service: Service,
  before: Entry | undefined,
): Promise<Entry | undefined> {
  const { plans, clock, turns } = reader;
  if (reader.isStopped()) return undefined;
  const readAtMs = clock.monotonicMs();
  const chosen = chooseLines(plans.planOf(service));
  const points = new Map<string, Points>();
  const signals: Record<keyof GoldenSignals, BoardSignal> = { ...NO_SIGNALS };
  for (const { kind, unit, lines } of chosen) {
    const read: LineNow[] = [];
    for (const line of lines) {
      await turns.next();
      if (reader.isStopped()) return undefined;
      const now = await readLine(reader, line, before?.points.get(line.expression));
      points.set(line.expression, now.points);
      read.push(now);
    }
    signals[kind] = joinLines({ lines: read, grid: reader.grid, unit });
  }
  return { service, readAtMs, isWhole: reader.hasLines, golden: signals, points };
}

interface ChosenSignal extends Pick<PlannedSignal, 'kind' | 'unit'> {
  readonly lines: readonly PlannedLine[];
}

/** What the board shows of a plan: of each kind the first signal that it can. */
function chooseLines({ signals }: SignalPlan): readonly ChosenSignal[] {
  const first = (
    isWanted: (signal: PlannedSignal) => boolean,
    isLine: (line: PlannedLine, index: number) => boolean,
  ): readonly ChosenSignal[] => {
    const signal = signals.find(isWanted);
    const lines = signal?.lines.filter(isLine) ?? [];
    return signal === undefined || lines.length === 0 ? [] : [{ ...signal, lines }];
  };
  const isFirst = (_: PlannedLine, index: number): boolean => index === 0;
  const full = signals.filter(({ isFullness }) => isFullness);
  const fullness: readonly ChosenSignal[] =
    full.length === 0
      ? []
      : [{ kind: 'saturation', unit: 'ratio', lines: full.flatMap(({ lines }) => lines) }];
  return [
    ...first(
      ({ kind, unit }) => kind === 'latency' && unit === 'seconds',
      ({ name }) => name === 'p99',
    ),
    ...first(({ kind }) => kind === 'traffic', isFirst),
    ...first(({ kind, unit }) => kind === 'errors' && unit === 'ratio', isFirst),
    ...fullness,
  ];
}

interface LineNow {
  readonly value: number | null;
  readonly points: Points;
}

async function readLine(
  { engine, clock, grid, turns, hasLines }: EntryReader,
  line: PlannedLine,
  before: Points | undefined,
): Promise<LineNow> {
  const value = readValue(engine, line, clock.now());
  if (!hasLines) return { value, points: before ?? { grid: { ...grid, points: 0 }, values: [] } };
  const values = before === undefined ? [] : [...takeOver(before, grid)];
  while (values.length < grid.points) {
    await turns.next();
    const points = Math.min(POINTS_PER_TURN, grid.points - values.length);
    const fromMs = grid.fromMs + values.length * grid.stepMs;
    values.push(...readPoints(engine, line, { fromMs, stepMs: grid.stepMs, points }));
  }
  return { value, points: { grid, values } };
}

/** The points of an earlier grid that a newer one has too; none where they do not coincide. */
function takeOver(before: Points, grid: Grid): readonly (number | null)[] {
  const { stepMs, fromMs, points } = before.grid;
  const shift = (grid.fromMs - fromMs) / stepMs;
  if (stepMs !== grid.stepMs || !Number.isInteger(shift) || shift < 0) return [];
  // The newest point may have been read before its last scrape had come in.
  const until = shift === 0 ? points : points - 1;
  return before.values.slice(shift, Math.min(until, shift + grid.points));
}

/** The largest of lines that share a scale. */
function joinLines(what: {
  readonly lines: readonly LineNow[];
  readonly grid: Grid;
  readonly unit: PlannedSignal['unit'];
}): BoardSignal {
  const { lines, grid, unit } = what;
  const known = lines.map(({ points }) => takeOver(points, grid));
  const values = Array.from({ length: grid.points }, (_, i) =>
    largest(known.map((line) => line[i] ?? null)),
  );
  return {
    unit,
    value: largest(lines.map(({ value }) => value)),
    line: { fromMs: grid.fromMs, stepMs: grid.stepMs, values },
  };
}

function largest(values: readonly (number | null)[]): number | null {
  return values.reduce(
    (top, value) => (top === null || (value !== null && value > top) ? value : top),
    null,
  );
}
