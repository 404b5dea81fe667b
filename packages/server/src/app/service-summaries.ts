/** The services of the board: their targets, what is firing, and small lines of the last hour. */
import type { GoldenSignals, ServiceSummary, SloSummary, Sparkline } from '@nines/contract';
import type { Catalog, Service } from '../catalog/index.ts';
import type { MatrixSeries, QueryEngine } from '../promql/index.ts';
import type { TargetView } from '../scrape/index.ts';
import { type Labels, labelValue } from '../series/index.ts';
import type { Grid, Signals } from '../signals/index.ts';

/** Points of a line; the board's lines are 64 px wide. */
const POINTS = 60;
const STEP_MS_MAX = 60_000;
/** Under this a line would show single scrapes. */
const STEP_MS_MIN = 5_000;

export interface SummaryInput {
  readonly catalog: Catalog;
  readonly engine: QueryEngine;
  readonly targets: readonly TargetView[];
  /** How many alerts of each service fire. */
  readonly firing: ReadonlyMap<string, ServiceSummary['firing']>;
  readonly nowMs: number;
  /** When the oldest sample was taken: a young store's lines show what there is. */
  readonly oldestMs: number;
  readonly readGolden: Signals['readBoard'];
  /** The worst objective of each service that has one. */
  readonly slos: ReadonlyMap<string, SloSummary>;
}

/** One summary for each service that is declared or seen, worst first. */
export async function summarizeServices(input: SummaryInput): Promise<readonly ServiceSummary[]> {
  const { catalog, targets } = input;
  const services = new Map<string, Service>();
  for (const service of catalog.list([])) services.set(service.name, service);
  const byService = Map.groupBy(targets, (target) => {
    const service = catalog.serviceOf(target.labels);
    if (service !== undefined && !services.has(service.name)) services.set(service.name, service);
    return service?.name;
  });
  const grid = chooseGrid(input);
  const golden = await input.readGolden([...services.values()], grid);
  const lines = readLines(input, grid);
  const summaries = [...services.values()].map((service) => {
    const own = byService.get(service.name) ?? [];
    return summarize({ ...input, service, targets: own, lines, golden });
  });
  return summaries.sort((a, b) => urgencyOf(b) - urgencyOf(a) || compareNames(a.name, b.name));
}

/** Pages outweigh any number of tickets, tickets outweigh targets that are down. */
function urgencyOf({ firing, targetsUp, targetsTotal }: ServiceSummary): number {
  return firing.page * 1e6 + firing.ticket * 1e3 + firing.log + (targetsTotal - targetsUp);
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function summarize(input: {
  readonly service: Service;
  readonly targets: readonly TargetView[];
  readonly lines: Lines;
  readonly firing: SummaryInput['firing'];
  readonly golden: ReadonlyMap<string, GoldenSignals>;
  readonly slos: SummaryInput['slos'];
}): ServiceSummary {
  const { service, targets, lines, firing, golden, slos } = input;
  const { name, owner, playbook, isDeclared } = service;
  return {
    name,
    owner: owner === '' ? null : owner,
    isDeclared,
    playbook: playbook ?? null,
    targetsUp: targets.filter((target) => target.health === 'up').length,
    targetsTotal: targets.length,
    firing: firing.get(name) ?? { page: 0, ticket: 0, log: 0 },
    availability: lines.availability(name),
    scrapeSeconds: lines.scrapeSeconds(name),
    samplesPerSecond: lines.samplesPerSecond(name),
    golden: golden.get(name) ?? { latency: null, traffic: null, errors: null, saturation: null },
    slo: slos.get(name) ?? null,
  };
}

interface Lines {
  readonly availability: (service: string) => Sparkline;
  readonly scrapeSeconds: (service: string) => Sparkline;
  readonly samplesPerSecond: (service: string) => Sparkline;
}

type Combine = (values: readonly number[]) => number;

const mean: Combine = (values) => sum(values) / values.length;
const sum: Combine = (values) => values.reduce((total, value) => total + value, 0);
const max: Combine = (values) => values.reduce((top, value) => Math.max(top, value));

/** The moments that all lines of the board tell about; the same for a whole step. */
function chooseGrid({ nowMs, oldestMs }: Pick<SummaryInput, 'nowMs' | 'oldestMs'>): Grid {
  const spanMs = Math.min(POINTS * STEP_MS_MAX, Math.max(1, nowMs - oldestMs));
  const stepMs = Math.max(STEP_MS_MIN, Math.ceil(spanMs / POINTS / 1000) * 1000);
  const toMs = Math.floor(nowMs / stepMs) * stepMs;
  return { fromMs: toMs - (POINTS - 1) * stepMs, stepMs, points: POINTS };
}

/** Three queries for all services together; which series belong to whom, the catalog says. */
function readLines(input: SummaryInput, { fromMs, stepMs }: Grid): Lines {
  const toMs = fromMs + (POINTS - 1) * stepMs;
  const intervals = new Map(
    input.targets.map(({ labels, intervalMs }) => [instanceKey(labels), intervalMs]),
  );
  const secondsOf = (labels: Labels): number =>
    (intervals.get(instanceKey(labels)) ?? STEP_MS_MAX) / 1000;
  const read = (
    text: string,
    combine: Combine,
    scaleOf: (labels: Labels) => number = () => 1,
  ): ((service: string) => Sparkline) => {
    const { value } = input.engine.evaluateRange({ text, fromMs, toMs, stepMs });
    const series = value.kind === 'matrix' ? value.series : [];
    const byService = Map.groupBy(series, ({ labels }) => input.catalog.serviceOf(labels)?.name);
    const window = { fromMs, stepMs };
    return (service) =>
      combineSeries({ series: byService.get(service) ?? [], window, combine, scaleOf });
  };
  return {
    availability: read('up', mean),
    scrapeSeconds: read('scrape_duration_seconds', max),
    samplesPerSecond: read('scrape_samples_scraped', sum, (labels) => 1 / secondsOf(labels)),
  };
}

function instanceKey(labels: Labels): string {
  return `${labelValue(labels, 'job')}\n${labelValue(labels, 'instance')}`;
}

function combineSeries(input: {
  readonly series: readonly MatrixSeries[];
  readonly window: { readonly fromMs: number; readonly stepMs: number };
  readonly combine: Combine;
  readonly scaleOf: (labels: Labels) => number;
}): Sparkline {
  const { fromMs, stepMs } = input.window;
  const at: number[][] = Array.from({ length: POINTS }, () => []);
  for (const { labels, timesMs, values } of input.series) {
    const scale = input.scaleOf(labels);
    timesMs.forEach((timeMs, i) => {
      at[Math.round((timeMs - fromMs) / stepMs)].push(values[i] * scale);
    });
  }
  const values = at.map((points) => (points.length === 0 ? null : input.combine(points)));
  return { fromMs, stepMs, values };
}
