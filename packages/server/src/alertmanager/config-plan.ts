/** From a configuration to what the engine works with. */
import type { Integration } from './config/integrations.ts';
import type { AlertmanagerConfig, Receiver, Route } from './config/model.ts';
import { matchRoutes, walkRoutes } from './config/routing.ts';
import { isWithinInterval } from './config/time-interval.ts';
import type { Plan, PlannedRoute } from './plan.ts';

/** Builds the plan of a configuration. */
export function planConfig(config: AlertmanagerConfig): Plan {
  const planned = new Map([...walkRoutes(config.route)].map((route) => [route, planRoute(route)]));
  const receivers = new Map(config.receivers.map((receiver) => [receiver.name, receiver]));
  const integrations = new Map(
    config.receivers.map((receiver) => [receiver.name, planIntegrations(receiver)]),
  );
  return {
    routesOf: (labels) =>
      matchRoutes(config.route, labels).map((route) => planned.get(route) ?? planRoute(route)),
    inhibitions: config.inhibitRules.map((rule) => ({
      sources: rule.sourceMatchers,
      targets: rule.targetMatchers,
      equal: rule.equal,
    })),
    isWithin: (name, atMs) =>
      config.timeIntervals.get(name)?.some((one) => isWithinInterval(one, atMs)) ?? false,
    integrationsOf: (receiver) => integrations.get(receiver) ?? [],
    receivers: config.receivers,
    receiverLabels: (name) => receivers.get(name)?.labels,
    resolveTimeoutMs: config.global.resolveTimeoutMs,
  };
}

function planRoute(route: Route): PlannedRoute {
  return { ...route, groupBy: route.groupByAll ? 'all' : route.groupBy };
}

function planIntegrations({ integrations }: Receiver): ReturnType<Plan['integrationsOf']> {
  return integrations.map(({ kind, index, sendResolved }: Integration) => ({
    integration: kind,
    index,
    sendsResolved: sendResolved,
  }));
}
