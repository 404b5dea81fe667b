/** The handlers of explanations, whose modules are loaded when somebody asks for one. */
import { setImmediate } from 'node:timers/promises';
import type { RouteHandlers } from '@nines/contract';
import type { Explanations } from '../explanations/index.ts';
import type { RequestContext } from '../platform/index.ts';
import { loadRuleBacktest } from '../rules/index.ts';
import type { ScrapeManager } from '../scrape/index.ts';
import { labelValue } from '../series/index.ts';
import { createAskHistory } from './history-question.ts';
import type { Parts } from './start-app.ts';

type WhyParts = Pick<
  Parts,
  'rules' | 'queries' | 'alerts' | 'scrape' | 'configControl' | 'options'
>;

/** Builds the handlers. */
export function createWhyRoutes(
  parts: WhyParts,
): RouteHandlers<'explain' | 'listRules', RequestContext> {
  let loaded: Promise<Explanations> | undefined;
  return {
    async explain({ query }, context) {
      loaded ??= loadExplanations(parts);
      const name = context.actor?.displayName ?? '';
      return (await loaded).explain(query, { name, signal: context.watchClient() });
    },
    async listRules() {
      const { listRules } = await import('../explanations/index.ts');
      const { rules, alerts, options } = parts;
      return listRules(
        rules.groups(),
        async (asked) => alerts.views.countRuleFirings(asked),
        options.clock.now(),
      );
    },
  };
}

async function loadExplanations(parts: WhyParts): Promise<Explanations> {
  const { rules, queries, alerts, scrape, configControl, options } = parts;
  const { createExplanations } = await import('../explanations/index.ts');
  const inForce = () => configControl.state().config;
  return createExplanations({
    ...(await loadRuleBacktest()),
    groups: () => rules.groups(),
    alerts: alerts.views,
    ask: createAskHistory(queries),
    findTarget: (job, instance) => findTarget(scrape, job, instance),
    clock: options.clock,
    queryTimeoutMs: () => inForce().query.timeoutMs,
    externalLabels: () => inForce().global.externalLabels,
    externalUrl: options.externalUrl,
    pause: async () => setImmediate(),
  });
}

/** How the target of a job's instance stands; undefined: there is none. */
export function findTarget(scrape: ScrapeManager, job: string, instance: string) {
  const found = scrape
    .targets()
    .find(
      ({ labels }) =>
        labelValue(labels, 'job') === job && labelValue(labels, 'instance') === instance,
    );
  if (found === undefined) return undefined;
  const { health, lastError } = found;
  return { health, lastError: lastError === '' ? null : lastError };
}
