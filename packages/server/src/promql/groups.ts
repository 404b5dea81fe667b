/** Which series an aggregation puts together. */
import {
  EMPTY_LABELS,
  filterLabels,
  type Labels,
  labelsKey,
  METRIC_NAME,
  onlyLabels,
} from '../series/index.ts';

/** What groups are made by: these labels, or all but these. */
export interface Grouping {
  readonly isWithout: boolean;
  readonly grouping: readonly string[];
}

/** The labels that a group is known by. */
export function groupLabels(labels: Labels, { isWithout, grouping }: Grouping): Labels {
  if (isWithout) {
    return filterLabels(labels, (name) => name !== METRIC_NAME && !grouping.includes(name));
  }
  return grouping.length === 0 ? EMPTY_LABELS : onlyLabels(labels, grouping);
}

/** Finds the groups of series one by one; groups are numbered in order of their first one. */
export class GroupIndex {
  /** By number of the group. */
  readonly labels: Labels[] = [];
  readonly #grouping: Grouping;
  readonly #byKey = new Map<string, number>();
  /** Series may share their labels (projection.ts); then a group is found without making a key. */
  readonly #byLabels = new Map<Labels, number>();
  #lastLabels: Labels | undefined;
  #lastGroup = 0;

  constructor(grouping: Grouping) {
    this.#grouping = grouping;
  }

  groupOf(labels: Labels): number {
    if (labels === this.#lastLabels) return this.#lastGroup;
    this.#lastGroup = this.#find(labels);
    this.#lastLabels = labels;
    return this.#lastGroup;
  }

  #find(labels: Labels): number {
    const { isWithout, grouping } = this.#grouping;
    if (!isWithout && grouping.length === 0) {
      if (this.labels.length === 0) this.labels.push(EMPTY_LABELS);
      return 0;
    }
    const known = this.#byLabels.get(labels);
    if (known !== undefined) return known;
    const own = groupLabels(labels, this.#grouping);
    const key = labelsKey(own);
    const group = this.#byKey.get(key) ?? this.labels.push(own) - 1;
    this.#byKey.set(key, group);
    // Without some labels, series have all others, and share them with nobody.
    if (!isWithout) this.#byLabels.set(labels, group);
    return group;
  }
}

/** Which rows belong together. */
interface Groups {
  readonly labels: readonly Labels[];
  /** By group. */
  readonly rows: readonly (readonly number[])[];
}

/** Assigns rows to groups. */
export function findGroups(rowLabels: readonly Labels[], grouping: Grouping): Groups {
  const index = new GroupIndex(grouping);
  const rows: number[][] = [];
  rowLabels.forEach((labels, row) => {
    const group = index.groupOf(labels);
    if (group === rows.length) rows.push([]);
    rows[group].push(row);
  });
  return { labels: index.labels, rows };
}

/**
 * Whether the names of groups go when the answer is made: decided by the rows that a group has at
 * its last step, the one that Prometheus looks at last.
 */
export class GroupNames {
  /** By group. */
  readonly #lastSteps: number[] = [];
  readonly #drops: boolean[] = [];

  /** Takes note of a row of a group, and of the last step at which it has a value. */
  note(group: number, dropsName: boolean, last: number): void {
    const before = group < this.#lastSteps.length ? this.#lastSteps[group] : -1;
    if (last < before) return;
    this.#drops[group] = dropsName || (last === before && this.#drops[group]);
    this.#lastSteps[group] = last;
  }

  isDropped(group: number): boolean {
    return this.#drops[group];
  }
}
