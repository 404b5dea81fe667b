/**
 * Since when counters have been counting, from OpenMetrics text: there, a sample `NAME_created`
 * says so for all samples of its metric, and mostly stands behind them. The samples themselves stay
 * in the store, as in Prometheus; what they say is handed over beside the other samples.
 */
import { labelPairs, type Labels, labelValue, METRIC_NAME } from '../series/index.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import { METRIC_TYPES } from './text-lexer.ts';

/** What tells the samples of one metric apart, by type: the ends of their names, and a label. */
const MEMBERS: ReadonlyMap<number, { readonly suffix: RegExp; readonly label: string }> = new Map([
  [METRIC_TYPES.indexOf('counter'), { suffix: /_total$/, label: '' }],
  [METRIC_TYPES.indexOf('histogram'), { suffix: /_(?:bucket|count|sum)$/, label: 'le' }],
  [METRIC_TYPES.indexOf('summary'), { suffix: /_(?:count|sum)$/, label: 'quantile' }],
]);
const CREATED = '_created';

/** Which lines of a target belong to one metric. */
export class StartTimeGroups {
  /** By line: a hash of the metric, even; odd for its `_created` line; 0 where there is none. */
  #groups = new Uint32Array(0);
  #hasCreated = false;

  /** Whether some target has told a start time at some time. */
  get isInUse(): boolean {
    return this.#hasCreated;
  }

  /** Notes the metric of a line that was seen for the first time. */
  set(line: number, exposed: Labels | undefined, type: number): void {
    const members = MEMBERS.get(type);
    if (exposed === undefined || members === undefined) {
      if (line < this.#groups.length) this.#groups[line] = 0;
      return;
    }
    const name = labelValue(exposed, METRIC_NAME);
    const isCreated = name.endsWith(CREATED);
    const metric = isCreated ? name.slice(0, -CREATED.length) : name.replace(members.suffix, '');
    let text = metric;
    for (const [label, value] of labelPairs(exposed)) {
      if (label !== METRIC_NAME && label !== members.label) text += `\n${label}\n${value}`;
    }
    if (isCreated) this.#hasCreated = true;
    if (line >= this.#groups.length) this.#grow(line);
    this.#groups[line] = ((hashText(text) | 2) & ~1) | (isCreated ? 1 : 0);
  }

  /** Puts a line into the metric of another one. */
  copy(from: number, to: number): void {
    if (to >= this.#groups.length) this.#grow(to);
    this.#groups[to] = this.groupOf(from);
  }

  groupOf(line: number): number {
    return line >= 0 && line < this.#groups.length ? this.#groups[line] : 0;
  }

  #grow(line: number): void {
    const groups = new Uint32Array(Math.max(64, 2 * (line + 1)));
    groups.set(this.#groups);
    this.#groups = groups;
  }
}

/** FNV-1a; the samples of one metric stand together, so that a hash tells neighbours apart. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Gives each row the start time that its metric's `_created` row tells, in the same run of rows. */
export function fillStartTimes(groups: StartTimeGroups, out: SampleBuffer): void {
  if (!groups.isInUse) return;
  for (let from = 0; from < out.count; ) {
    const group = (groups.groupOf(out.owners[from]) & ~1) >>> 0;
    let to = from;
    let startMs = 0;
    for (; to < out.count; to++) {
      const own = groups.groupOf(out.owners[to]);
      if ((own & ~1) >>> 0 !== group) break;
      if ((own & 1) === 1) startMs = Math.trunc(out.values[to] * 1000);
    }
    if (group !== 0 && startMs > 0) {
      for (let row = from; row < to; row++) out.setStartTime(row, startMs);
    }
    from = to;
  }
}
