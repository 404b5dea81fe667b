/** The filter of the objectives, kept in the URL. */
import type { SloState, SloSummary } from '@nines/contract';
import { compareNames } from '../format/natural-order.ts';

/** Worst first, as the list is. */
export const STATES = [
  'burning',
  'exhausted',
  'unmeasured',
  'fine',
] as const satisfies readonly SloState[];

export interface ObjectiveFilter {
  readonly text: string;
  /** Undefined: all. */
  readonly state: SloState | undefined;
  readonly service: string | undefined;
}

/** Reads the filter; what it does not know counts as not said. */
export function parseObjectiveFilter(search: string): ObjectiveFilter {
  const params = new URLSearchParams(search);
  const service = params.get('service') ?? '';
  return {
    text: params.get('q') ?? '',
    state: STATES.find((state) => state === params.get('state')),
    service: service === '' ? undefined : service,
  };
}

export function formatObjectiveFilter({ text, state, service }: ObjectiveFilter): string {
  const params = new URLSearchParams();
  if (text !== '') params.set('q', text);
  if (state !== undefined) params.set('state', state);
  if (service !== undefined) params.set('service', service);
  return params.toString();
}

/** The objectives that fit, in their order; every word must be somewhere in what names them. */
export function filterObjectives(
  slos: readonly SloSummary[],
  { text, state, service }: ObjectiveFilter,
): readonly SloSummary[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return slos.filter((slo) => {
    if (state !== undefined && slo.state !== state) return false;
    if (service !== undefined && slo.service !== service) return false;
    const { name, displayName, owner, description } = slo;
    const all = [name, displayName, slo.service, owner, description].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The services to filter by: those with an objective, and the one that is chosen already. */
export function listServices(
  slos: readonly SloSummary[],
  chosen: string | undefined,
): readonly string[] {
  const names = slos.flatMap(({ service }) => (service === null ? [] : [service]));
  const all = chosen === undefined ? names : [...names, chosen];
  return [...new Set(all)].toSorted(compareNames);
}
