/**
 * Puts configurations into force. A new one is read as a whole first: with a single fault nothing
 * of it holds, the last good one stays, and the board says why.
 */
import type { Alerts } from '../alerts/index.ts';
import type { Catalog } from '../catalog/index.ts';
import { type EventHub, reloadRefused } from '../http/index.ts';
import type { Notifier } from '../notify/index.ts';
import type { RuleManager } from '../rules/index.ts';
import type { FetchBody, ScrapeManager } from '../scrape/index.ts';
import { type Config, loadConfig } from './config.ts';
import { checkExpression } from './expression-check.ts';
import type { Notices } from './notices.ts';
import { SELF_JOB, selfScrapeConfigs } from './self-scrape.ts';
import type { AppOptions } from './start-app.ts';

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
  /** Reads the file again. Throws `CONFIG_REFUSED` with all faults when it has any. */
  reload(): Promise<void>;
}

export interface ConfigControlOptions {
  readonly options: AppOptions;
  readonly catalog: Catalog;
  readonly notifier: Notifier;
  readonly alerts: Alerts;
  readonly rules: RuleManager;
  readonly scrape: ScrapeManager;
  readonly hub: EventHub;
  readonly notices: Notices;
  /** Looked up by the scrape manager; ours is in it while Nines watches itself only. */
  readonly fetchers: Record<string, FetchBody>;
  readonly selfFetch: FetchBody;
}

/** Builds it around the configuration that the start has read. */
export function createConfigControl(parts: ConfigControlOptions): ConfigControl {
  const { options, hub, notices, alerts } = parts;
  const { clock, log } = options;
  let state: ConfigState = { config: options.config, loadedAt: clock.now(), faults: [] };

  const refuse = async (faults: readonly string[]): Promise<never> => {
    state = { ...state, faults };
    const { file } = state.config;
    log.error('the new configuration is refused', { file, faults: faults.join(' | ') });
    notices.raise({
      code: 'config.rejected',
      level: 'ticket',
      title: 'The new configuration is refused; the last good one stays in force',
      details: [...faults],
    });
    await alerts.internal.raiseInternal({
      name: 'NinesConfigRefused',
      labels: { job: SELF_JOB },
      annotations: { summary: 'The new configuration is refused', description: faults.join('\n') },
      output: 'ticket',
    });
    throw reloadRefused(faults);
  };

  return {
    state: () => state,
    applyFirst: async () => applyConfig(parts, state.config),
    async reload() {
      const { config, faults } = loadConfig(options.config.file, checkExpression);
      if (faults.length > 0) await refuse(faults);
      await applyConfig(parts, config);
      state = { config, loadedAt: clock.now(), faults: [] };
      notices.clear('config.rejected');
      await alerts.internal.clearInternal('NinesConfigRefused');
      hub.publish({ type: 'config.changed' });
      log.info('configuration is in force', { file: config.file });
    },
  };
}

async function applyConfig(parts: ConfigControlOptions, config: Config): Promise<void> {
  parts.catalog.apply(config.services);
  parts.notifier.apply(config.webhooks);
  parts.alerts.service.applyPolicies(config.policies);
  await parts.rules.apply(
    config.ruleFiles.flatMap(({ groups }) => groups),
    {
      defaultIntervalMs: config.global.evaluationIntervalMs,
      defaultQueryOffsetMs: config.global.ruleQueryOffsetMs,
      externalLabels: config.global.externalLabels,
    },
  );
  const isSelfOnly = config.scrapeConfigs === undefined;
  if (isSelfOnly) parts.fetchers[SELF_JOB] = parts.selfFetch;
  else delete parts.fetchers[SELF_JOB];
  parts.scrape.apply(config.scrapeConfigs ?? selfScrapeConfigs(parts.options.externalUrl));
}
