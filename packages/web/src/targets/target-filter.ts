/** The filter of the targets, kept in the URL. */
import type { DroppedTarget, ProbeView, TargetView } from '@nines/contract';
import { compareNames } from '../format/natural-order.ts';

export const HEALTHS = ['all', 'down'] as const;

export interface TargetFilter {
  readonly text: string;
  readonly health: (typeof HEALTHS)[number];
}

export function parseTargetFilter(search: string): TargetFilter {
  const params = new URLSearchParams(search);
  return {
    text: params.get('q') ?? '',
    health: HEALTHS.find((health) => health === params.get('health')) ?? 'all',
  };
}

export function formatTargetFilter({ text, health }: TargetFilter): string {
  const params = new URLSearchParams();
  if (text !== '') params.set('q', text);
  if (health !== 'all') params.set('health', health);
  return params.toString();
}

export interface JobGroup {
  readonly job: string;
  readonly targets: readonly TargetView[];
  readonly totalCount: number;
  readonly upCount: number;
}

/** The targets that fit, by job; jobs with something down first, and within them what is down. */
export function groupTargets(
  targets: readonly TargetView[],
  filter: TargetFilter,
): readonly JobGroup[] {
  const jobs = Map.groupBy(
    targets.filter((target) => fits(target, filter)),
    ({ job }) => job,
  );
  return [...jobs]
    .map(([job, list]) => ({
      job,
      targets: list.toSorted(
        (a, b) => rankOf(a) - rankOf(b) || compareNames(a.instance, b.instance),
      ),
      totalCount: list.length,
      upCount: list.filter(({ health }) => health === 'up').length,
    }))
    .toSorted((a, b) => downCount(b) - downCount(a) || compareNames(a.job, b.job));
}

/** The first rows of the groups, as many as are drawn; counts stay those of the whole. */
export function takeRows(groups: readonly JobGroup[], rowCount: number): readonly JobGroup[] {
  const taken: JobGroup[] = [];
  let left = rowCount;
  for (const group of groups) {
    if (left <= 0) break;
    taken.push({ ...group, targets: group.targets.slice(0, left) });
    left -= group.targets.length;
  }
  return taken;
}

/** The dropped targets that fit; they are neither up nor down. */
export function filterDropped(
  dropped: readonly DroppedTarget[],
  { text, health }: TargetFilter,
): readonly DroppedTarget[] {
  if (health !== 'all') return [];
  return dropped.filter(({ job, discoveredLabels, reason }) =>
    hasWords(text, [job, reason, ...formatLabels(discoveredLabels)]),
  );
}

/** The probes that fit, those that fail first. */
export function filterProbes(
  probes: readonly ProbeView[],
  { text, health }: TargetFilter,
): readonly ProbeView[] {
  const isFailing = ({ last }: ProbeView): boolean => last?.isSuccess === false;
  return probes
    .filter((probe) => health === 'all' || isFailing(probe))
    .filter(({ name, target, module, service, last }) =>
      hasWords(text, [name, target, module, service, last?.reason ?? null]),
    )
    .toSorted(
      (a, b) =>
        Number(isFailing(b)) - Number(isFailing(a)) ||
        compareNames(a.name, b.name) ||
        compareNames(a.target, b.target),
    );
}

/** Every word must be somewhere in the target: its job, address, labels or error. */
function fits(target: TargetView, { text, health }: TargetFilter): boolean {
  if (health === 'down' && target.health !== 'down') return false;
  const { job, service, url, lastError, labels } = target;
  return hasWords(text, [job, service, url, lastError, ...formatLabels(labels)]);
}

function formatLabels(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}

function hasWords(text: string, parts: readonly (string | null)[]): boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return true;
  const all = parts.join(' ').toLowerCase();
  return words.every((word) => all.includes(word));
}

function rankOf({ health }: TargetView): number {
  return health === 'down' ? 0 : health === 'unknown' ? 1 : 2;
}

function downCount({ targets }: JobGroup): number {
  return targets.filter(({ health }) => health === 'down').length;
}
