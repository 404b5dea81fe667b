/** The filter of the list of alerts, kept in the URL. */
import type { AlertFilter } from '../api/queries.ts';
import { TAG_LENGTH_MAX } from './tag.ts';

export const STATES = ['active', 'firing', 'pending', 'resolved', 'all'] as const;
export const OUTPUTS = ['page', 'ticket', 'log'] as const;

export interface ListFilter {
  readonly state: (typeof STATES)[number];
  readonly output: (typeof OUTPUTS)[number] | undefined;
  readonly service: string | undefined;
  readonly tag: string | undefined;
}

/** Reads the filter; what it does not know counts as not said. */
export function parseFilter(search: string): ListFilter {
  const params = new URLSearchParams(search);
  const service = params.get('service') ?? '';
  const tag = params.get('tag') ?? '';
  return {
    state: STATES.find((state) => state === params.get('state')) ?? 'active',
    output: OUTPUTS.find((output) => output === params.get('output')),
    service: service === '' ? undefined : service,
    tag: tag === '' ? undefined : tag.slice(0, TAG_LENGTH_MAX),
  };
}

/** Writes the filter; what is usual is left out. */
export function formatFilter({ state, output, service, tag }: ListFilter): string {
  const params = new URLSearchParams();
  if (state !== 'active') params.set('state', state);
  if (output !== undefined) params.set('output', output);
  if (service !== undefined) params.set('service', service);
  if (tag !== undefined) params.set('tag', tag);
  return params.toString();
}

/** The filter as the server takes it. */
export function toQuery({ state, output, service, tag }: ListFilter): AlertFilter {
  return {
    ...(state === 'all' ? {} : { state }),
    ...(output === undefined ? {} : { output }),
    ...(service === undefined ? {} : { service }),
    ...(tag === undefined ? {} : { tag }),
  };
}
