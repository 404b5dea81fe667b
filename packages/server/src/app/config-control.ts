/**
 * Puts configurations into force. A new one is read as a whole first: with a single fault nothing
 * of it holds, the last good one stays, and the board says why.
 */
import { hostname } from 'node:os';
import type { Alerts } from '../alerts/index.ts';
import type { Boards } from '../boards/index.ts';
import type { Catalog } from '../catalog/index.ts';
import { type EventHub, reloadRefused } from '../http/index.ts';
import { channelNames, type Notifier } from '../notify/index.ts';
import { errorMessage, type Log } from '../platform/index.ts';
import type { RuleManager } from '../rules/index.ts';
import type { FetchBody, ScrapeConfig, ScrapeManager } from '../scrape/index.ts';
import type { Slos } from '../slo/index.ts';
import { listRuleFiles } from './built-in-rules.ts';
import { type Config, findConfigFile, loadConfig } from './config.ts';
import { checkExpression } from './expression-check.ts';
import type { Notices } from './notices.ts';
import { listOwnJobs, ownScrapeConfigs, SELF_JOB } from './self-scrape.ts';
import { probeJob } from './probe-config.ts';
import { probeJobs, type Probes } from './probes.ts';
import { settleShard, shardOf } from './shard-config.ts';
import type { AppOptions } from './start-app.ts';
import type { AppRemote } from './app-remote.ts';

const REFUSED_ALERT = 'NinesConfigRefused';

export interface ConfigState {
  readonly config: Config;
  readonly loadedAt: number;
  /** Of the newest version of the file, where it was refused. */
  readonly faults: readonly string[];
}

export interface ConfigControl {
  state(): ConfigState;
  /** Puts the configuration of the start into force. */
  applyFirst(): Promise<void>;
  /**
   * Reads the file again. Throws `CONFIG_REFUSED` with all faults when it has any. One after the
   * other; who asks while another waits for its turn shares that one, which reads what is new.
   */
  reload(): Promise<void>;
}

export interface ConfigControlOptions {
  readonly options: AppOptions;
  readonly catalog: Pick<Catalog, 'apply'>;
  readonly notifier: Pick<Notifier, 'apply'>;
  readonly alerts: Pick<Alerts, 'internal'> & {
    readonly service: Pick<Alerts['service'], 'applyPolicies'>;
  };
  readonly rules: Pick<RuleManager, 'apply'>;
  readonly scrape: Pick<ScrapeManager, 'apply'>;
  readonly slos: Pick<Slos, 'apply'>;
  readonly boards: Pick<Boards, 'apply'>;
  readonly remote: Pick<AppRemote, 'apply'>;
  readonly probes: Pick<Probes, 'fetch' | 'forget'>;
  readonly hub: Pick<EventHub, 'publish'>;
  readonly notices: Notices;
  /** Looked up by the scrape manager; ours are in it unless somebody declares their jobs. */
  readonly fetchers: Record<string, FetchBody>;
  /** By job: itself, and its machine. */
  readonly ownFetchers: ReadonlyMap<string, FetchBody>;
}

/** Builds it around the configuration that the start has read. */
export function createConfigControl(parts: ConfigControlOptions): ConfigControl {
  const { options, hub, notices } = parts;
  const { clock, log } = options;
  let state: ConfigState = { config: options.config, loadedAt: clock.now(), faults: [] };
  let last: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  const sayRemarks = createRemarks(notices, log);
  const inTurn = async (act: () => Promise<void>): Promise<void> => {
    const turn = last.then(act);
    // The caller hears of a failure; who comes next only waits for the end.
    last = turn.catch(() => {});
    return turn;
  };
  const reloadNow = async (): Promise<void> => {
    // Who began without a file may have written one since.
    const file = findConfigFile(state.config.file);
    const { config, faults } = settleShard(loadConfig(file, checkExpression), hostname());
    if (faults.length > 0) {
      state = { ...state, faults };
      await sayRefused(parts, faults);
      throw reloadRefused(faults);
    }
    await replaceConfig(parts, state.config, config);
    sayRemarks(config);
    state = { config, loadedAt: clock.now(), faults: [] };
    notices.clear('config.rejected');
    sayRestartNeeded(notices, options.config, config);
    hub.publish({ type: 'config.changed' });
    log.info('configuration is in force', { file: config.file });
    await withoutFail(log, async () => parts.alerts.internal.clearInternal(REFUSED_ALERT));
  };
  return {
    state: () => state,
    applyFirst: async () =>
      inTurn(async () => {
        await applyConfig(parts, state.config);
        sayRemarks(state.config);
      }),
    async reload() {
      waiting ??= inTurn(async () => {
        waiting = undefined;
        await reloadNow();
      });
      return waiting;
    },
  };
}

/** Half of a configuration is none that anybody wrote: where the new one fails the old one returns. */
async function replaceConfig(parts: ConfigControlOptions, from: Config, to: Config): Promise<void> {
  try {
    await applyConfig(parts, to);
  } catch (error) {
    await applyConfig(parts, from);
    throw error;
  }
}

async function sayRefused(parts: ConfigControlOptions, faults: readonly string[]): Promise<void> {
  const { log, config } = parts.options;
  log.error('the new configuration is refused', { file: config.file, faults: faults.join(' | ') });
  parts.notices.raise({
    code: 'config.rejected',
    level: 'ticket',
    title: 'The new configuration is refused; the last good one stays in force',
    details: [...faults],
  });
  await withoutFail(log, async () =>
    parts.alerts.internal.raiseInternal({
      name: REFUSED_ALERT,
      labels: { job: SELF_JOB },
      annotations: { summary: 'The new configuration is refused', description: faults.join('\n') },
      output: 'ticket',
    }),
  );
}

/** What becomes of a reload does not hang on the records, which may be away. */
async function withoutFail(log: Log, tell: () => Promise<void>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    log.warn('cannot keep the alert about the configuration', { error: errorMessage(error) });
  }
}

/**
 * Who brings a prometheus.yml along must not believe in a part that does nothing here: notices say
 * so for as long as it holds, and the log once.
 */
function createRemarks(notices: Notices, log: Log): (config: Config) => void {
  let logged: ReadonlySet<string> = new Set();
  const say = (code: string, title: string, lines: readonly string[]): void => {
    if (lines.length === 0) notices.clear(code);
    else notices.raise({ code, level: 'log', title, details: [...lines] });
    const fresh = lines.filter((line) => !logged.has(line));
    if (fresh.length > 0) log.warn(lowerFirst(title), { parts: fresh.join(' | ') });
  };
  return ({ ignored, advice }) => {
    say('config.ignored', 'Parts of the configuration have no effect', ignored);
    say('config.advice', 'Parts of the configuration may not do what they seem to', advice);
    logged = new Set([...ignored, ...advice]);
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What is read only at the start would otherwise be ignored in silence. */
function sayRestartNeeded(notices: Notices, started: Config, config: Config): void {
  const changed = [
    ['storage', JSON.stringify(started.storage) !== JSON.stringify(config.storage)],
    ['records.url', started.recordsUrl !== config.recordsUrl],
    ['server', JSON.stringify(started.server) !== JSON.stringify(config.server)],
  ].flatMap(([name, isChanged]) => (isChanged === true ? [String(name)] : []));
  if (changed.length === 0) {
    notices.clear('config.restart-needed');
    return;
  }
  notices.raise({
    code: 'config.restart-needed',
    level: 'ticket',
    title: 'A part of the new configuration holds only after a restart',
    details: [
      `Changed since the start: ${changed.join(', ')}. Restart Nines; the rest is in force.`,
    ],
  });
}

async function applyConfig(parts: ConfigControlOptions, config: Config): Promise<void> {
  parts.catalog.apply(config.services);
  parts.boards.apply(config.boards);
  parts.notifier.apply(config.channels);
  parts.alerts.service.applyPolicies(config.policies, channelNames(config.channels));
  await parts.remote.apply(config);
  const sloGroups = parts.slos.apply(config.slos);
  await parts.rules.apply(
    [...listRuleFiles(config).flatMap(({ groups }) => groups), ...sloGroups],
    {
      defaultIntervalMs: config.global.evaluationIntervalMs,
      defaultQueryOffsetMs: config.global.ruleQueryOffsetMs,
      externalLabels: config.global.externalLabels,
    },
  );
  const ownJobs = listOwnJobs(config);
  for (const [job, fetch] of parts.ownFetchers) {
    if (ownJobs.has(job)) parts.fetchers[job] = fetch;
    else delete parts.fetchers[job];
  }
  const { externalUrl } = parts.options;
  const own = ownScrapeConfigs(ownJobs, externalUrl);
  const probing = applyProbes(parts, config);
  parts.scrape.apply([...own, ...probing, ...(config.scrapeConfigs ?? [])], shardOf(config));
}

/** Probes on a schedule are jobs whose bodies we get ourselves. */
function applyProbes(parts: ConfigControlOptions, config: Config): readonly ScrapeConfig[] {
  const { schedule } = config.probes;
  for (const job of Object.keys(parts.fetchers)) {
    if (job.startsWith(probeJob(''))) delete parts.fetchers[job];
  }
  for (const { name } of schedule) parts.fetchers[probeJob(name)] = parts.probes.fetch;
  parts.probes.forget(schedule);
  return probeJobs(schedule, config.global, parts.options.externalUrl);
}
