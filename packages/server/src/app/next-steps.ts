/**
 * What a newcomer does next. Each step turns green by itself, from what Nines sees, and stays so for
 * as long as the process runs: a target that goes down later was scraped all the same.
 */
import type { NextStep, NextSteps, RouteHandlers } from '@nines/contract';
import type { RequestContext } from '../platform/index.ts';

/** What has been seen, of each kind the first. */
interface Done {
  readonly atMs: number;
  readonly by: string;
}

export interface NextStepSources {
  /** Targets with the jobs that Nines scrapes without being told to. */
  readonly targets: () => readonly {
    readonly scrapePool: string;
    readonly health: string;
    readonly healthSince: number | undefined;
  }[];
  readonly ownJobs: () => ReadonlySet<string>;
  readonly findFirstExternal: () => Promise<
    { readonly atMs: number; readonly sender: string } | undefined
  >;
  readonly channels: () => readonly {
    readonly name: string;
    readonly kind: string;
    readonly proof: { readonly deliveredAtMs: number | undefined } | undefined;
  }[];
  readonly now: () => number;
  /** Absolute; undefined: there is none. */
  readonly configFile: () => string | undefined;
  /** Where one is looked for. */
  readonly configFolder: string;
}

/** Builds the handler; it remembers what was done. */
export function createNextStepRoutes(
  sources: NextStepSources,
): RouteHandlers<'getNextSteps', RequestContext> {
  const done = new Map<NextStep['kind'], Done>();
  const findDone: Readonly<Record<NextStep['kind'], () => Promise<Done | undefined>>> = {
    scrape: async () => findScraped(sources),
    async alerts() {
      const first = await sources.findFirstExternal();
      return first === undefined ? undefined : { atMs: first.atMs, by: first.sender };
    },
    channel: async () => findProved(sources),
  };
  const describeStep = async (kind: NextStep['kind']): Promise<NextStep> => {
    const found = done.get(kind) ?? (await findDone[kind]());
    if (found !== undefined) done.set(kind, found);
    return { kind, doneAt: found?.atMs ?? null, doneBy: found?.by ?? null };
  };
  return {
    async getNextSteps(): Promise<NextSteps> {
      return {
        steps: [
          await describeStep('scrape'),
          await describeStep('alerts'),
          await describeStep('channel'),
        ],
        configFile: sources.configFile() ?? null,
        configFolder: sources.configFolder,
      };
    },
  };
}

/** The first target, in the order of the configuration, that answers and is none of our own. */
function findScraped({ targets, ownJobs, now }: NextStepSources): Done | undefined {
  const own = ownJobs();
  const target = targets().find(
    ({ scrapePool, health }) => health === 'up' && !own.has(scrapePool),
  );
  if (target === undefined) return undefined;
  return { atMs: target.healthSince ?? now(), by: `job "${target.scrapePool}"` };
}

/** The channel, other than the browser, that was the first to deliver. */
function findProved({ channels }: NextStepSources): Done | undefined {
  const proved = channels().flatMap(({ name, kind, proof }) =>
    kind === 'browser' || proof?.deliveredAtMs === undefined
      ? []
      : [{ atMs: proof.deliveredAtMs, by: name }],
  );
  return proved.toSorted((a, b) => a.atMs - b.atMs).at(0);
}
