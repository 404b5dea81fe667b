/**
 * One decision while it is being made.
 *
 * The pure core reads and changes a draft of an AlertFile; the finished Change holds the new file
 * and what has to be written. Nothing outside sees a draft, so to the callers of the core its
 * functions are functions of (file, event, now).
 */
import { assert, type IdSource, type Random } from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import type {
  Alert,
  AlertFile,
  Change,
  HistoryEntry,
  HistoryKind,
  Page,
  Silencing,
} from './model.ts';
import type { EscalationPolicy } from './policy.ts';

/** What decisions depend on besides the file and the event. */
export interface DecisionContext {
  readonly nowMs: number;
  readonly newId: IdSource;
  readonly random: Random;
  /** The policy of a name; the first one where the name is gone. */
  readonly policyOf: (name: string) => EscalationPolicy;
  /** The silence in force that keeps alerts with these labels quiet. */
  readonly findSilencing: (labels: Labels, nowMs: number) => Silencing | undefined;
}

export interface Draft extends DecisionContext {
  /** The alert as it stands in the draft. */
  alert(): Alert;
  pages(): readonly Page[];
  getPage(id: string): Page;
  setAlert(fields: Partial<Omit<Alert, 'id' | 'historyCount'>>): void;
  setPage(id: string, fields: Partial<Omit<Page, 'id' | 'alertId'>>): void;
  addPage(page: Pick<Page, 'kind' | 'channel' | 'step'>): void;
  note(
    kind: HistoryKind,
    reason: string,
    by?: {
      readonly actor?: string;
      readonly pageId?: string;
      /** When it happened, where that was before the decision. */
      readonly atMs?: number;
    },
  ): void;
  /** Undefined where nothing was changed. */
  finish(): Change | undefined;
}

/** Begins a decision on a file. */
export function beginDraft(file: AlertFile, context: DecisionContext): Draft {
  let alert = file.alert;
  const pages = new Map(file.pages.map((page) => [page.id, page]));
  const changed = new Set<string>();
  const entries: HistoryEntry[] = [];

  const getPage = (id: string): Page => {
    const page = pages.get(id);
    assert(page !== undefined, `alert ${alert.id} has no page ${id}`);
    return page;
  };
  const putPage = (page: Page): void => {
    pages.set(page.id, page);
    changed.add(page.id);
  };
  return {
    ...context,
    alert: () => alert,
    pages: () => [...pages.values()],
    getPage,
    setAlert(fields) {
      alert = { ...alert, ...fields };
    },
    setPage: (id, fields) => putPage({ ...getPage(id), ...fields }),
    addPage(page) {
      putPage({
        ...page,
        id: context.newId('pg'),
        alertId: alert.id,
        state: 'queued',
        dueAtMs: context.nowMs,
        attemptCount: 0,
        nextAttemptAtMs: context.nowMs,
        isRepeat: false,
        deliveredAtMs: undefined,
        lastError: undefined,
      });
    },
    note(kind, reason, by = {}) {
      const sequence = alert.historyCount;
      const { actor, pageId, atMs = context.nowMs } = by;
      entries.push({
        alertId: alert.id,
        sequence,
        atMs,
        kind,
        reason,
        actor,
        pageId,
      });
      alert = { ...alert, historyCount: sequence + 1 };
    },
    finish() {
      if (alert === file.alert && changed.size === 0) return undefined;
      const next: AlertFile = { alert, pages: [...pages.values()] };
      return { file: next, changedPages: [...changed].map(getPage), entries };
    },
  };
}
