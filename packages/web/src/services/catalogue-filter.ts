/** The filter of the catalogue, kept in the URL. */
import type { ServiceEntry, ServiceStanding } from '@nines/contract';

export const STANDINGS = [
  'unowned',
  'unseen',
  'owned',
  'self',
] as const satisfies readonly ServiceStanding[];

export interface CatalogueFilter {
  readonly text: string;
  /** Undefined: all. */
  readonly standing: ServiceStanding | undefined;
}

export function parseCatalogueFilter(search: string): CatalogueFilter {
  const params = new URLSearchParams(search);
  return {
    text: params.get('q') ?? '',
    standing: STANDINGS.find((standing) => standing === params.get('standing')),
  };
}

export function formatCatalogueFilter({ text, standing }: CatalogueFilter): string {
  const params = new URLSearchParams();
  if (text !== '') params.set('q', text);
  if (standing !== undefined) params.set('standing', standing);
  return params.toString();
}

/** Every word must be in a service's name, owner, description, selectors or jobs. */
export function filterServices(
  services: readonly ServiceEntry[],
  { text, standing }: CatalogueFilter,
): readonly ServiceEntry[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return services.filter((service) => {
    if (standing !== undefined && service.standing !== standing) return false;
    const { name, owner, description, match, jobs } = service;
    const all = [name, owner, description, ...match, ...jobs].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The standings that some service has, so that no choice leads to nothing. */
export function listStandings(services: readonly ServiceEntry[]): readonly ServiceStanding[] {
  return STANDINGS.filter((standing) => services.some((one) => one.standing === standing));
}

/** What puts services that nobody owns under somebody's name. */
export function formatDeclaration(services: readonly ServiceEntry[]): string {
  const lines = services.flatMap(({ name }) => {
    const isPlain = /^[A-Za-z_][\w-]*$/.test(name);
    return [`  - name: ${isPlain ? name : JSON.stringify(name)}`, '    owner: my-team'];
  });
  return ['services:', ...lines].join('\n');
}
