/** Whether who gets an alert knows what it is, why it matters and what to do. */
import { BROWSER } from '../notify/index.ts';
import type { CheckRule, Finding, PlacedAlert, RouteFacts } from './model.ts';
import { outputOfRule } from './output.ts';

/** Annotations that lead to the first steps, as alerts show them (`alerts/message.ts`). */
const PLAYBOOKS = ['playbook', 'runbook_url'];
/** Labels and annotations that name an objective. */
const OBJECTIVES = ['slo', 'objective'];

/** A sentence of what is wrong. */
export const checkSummary: CheckRule<PlacedAlert> = (placed) => {
  const { rule } = placed;
  if (outputOfRule(rule) === 'log' || hasText(placed, ['summary'])) return [];
  return [
    {
      check: 'alerts/summary',
      severity: 'warning',
      ...placed.placeOf('alert'),
      placed,
      message: 'it has no summary',
      reason: `whoever is told reads "${rule.name}", and has to work out what it means`,
      advice: 'add an annotation "summary" that says who is hurt and how, with the value',
    },
  ];
};

/** Where the first steps are written down. */
export const checkPlaybook: CheckRule<PlacedAlert> = (placed, { facts }) => {
  const output = outputOfRule(placed.rule);
  if (output === 'log' || hasText(placed, PLAYBOOKS)) return [];
  if (facts.server?.rules.get(placed)?.route?.playbook !== undefined) return [];
  return [
    {
      check: 'alerts/playbook',
      severity: output === 'page' ? 'warning' : 'note',
      ...placed.placeOf('alert'),
      placed,
      message: 'it has no playbook, and its service has none',
      reason: 'who is woken begins with nothing, and a playbook makes repair three times as fast',
      advice: 'add an annotation "playbook" (or "runbook_url") with an address',
    },
  ];
};

/** A page protects an objective; what protects none is a ticket (SRE book, chapters 4 and 6). */
export const checkObjective: CheckRule<PlacedAlert> = (placed, { facts }) => {
  if (outputOfRule(placed.rule) !== 'page') return [];
  const named = objectiveOf(placed);
  const base = { check: 'alerts/objective', ...placed.placeOf('alert'), placed } as const;
  if (named === undefined) {
    return [
      {
        ...base,
        severity: 'warning',
        message: 'it pages, and names no objective that it protects',
        reason: 'nobody can say how many users it speaks for, nor whether it was worth waking for',
        advice: 'name one in the label "slo", alert on its burn rate instead, or make it a ticket',
      },
    ];
  }
  const known = facts.server?.objectives;
  if (known === undefined || known.has(named) || named.includes('{{')) return [];
  const names = [...known].slice(0, 5).join(', ');
  return [
    {
      ...base,
      severity: 'error',
      message: `it names the objective "${named}", which is not declared`,
      reason: 'its pages are counted for no objective',
      advice: names === '' ? 'declare the objective (slo_files)' : `name one of ${names}`,
    },
  ];
};

function objectiveOf({ rule }: PlacedAlert): string | undefined {
  return [...rule.labels, ...rule.annotations].find(([name]) => OBJECTIVES.includes(name))?.[1];
}

/** Whether there is anybody whom its pages reach. */
export const checkReceiver: CheckRule<PlacedAlert> = (placed, { facts }) => {
  const route = facts.server?.rules.get(placed)?.route;
  if (route === undefined || route.output !== 'page') return [];
  return [...describeChannels(placed, route), ...describeOwner(placed, route)];
};

function describeChannels(placed: PlacedAlert, route: RouteFacts): readonly Finding[] {
  if (route.channels.some((channel) => channel !== BROWSER)) return [];
  return [
    {
      check: 'alerts/receiver',
      severity: 'error',
      ...placed.placeOf('alert'),
      placed,
      message: `its pages go to open browsers alone (policy "${route.policy ?? ''}")`,
      reason: 'where nobody has the page open, nobody is told',
      advice: 'add an e-mail or a webhook to its escalation policy',
    },
  ];
}

function describeOwner(placed: PlacedAlert, { service, owner }: RouteFacts): readonly Finding[] {
  if (owner !== '') return [];
  const whose = service === null ? 'it belongs to no service' : `nobody owns ${service}`;
  return [
    {
      check: 'alerts/receiver',
      severity: 'warning',
      ...placed.placeOf('alert'),
      placed,
      message: `${whose}, so its pages go the way of all that is nobody's`,
      reason: 'who is told may know nothing about it',
      advice: 'declare the service with its owner and its escalation policy (services)',
    },
  ];
}

function hasText({ rule }: PlacedAlert, wanted: readonly string[]): boolean {
  return rule.annotations.some(([name, text]) => wanted.includes(name) && text.trim() !== '');
}
