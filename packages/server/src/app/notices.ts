/** What the users of Nines must know about Nines itself, kept for as long as it holds. */
import type { Notice } from '@nines/contract';
import type { Clock } from '../platform/index.ts';

export interface Notices {
  /** Says that something holds from now on; saying it again changes its words, not its beginning. */
  raise(notice: Omit<Notice, 'since'>): void;
  clear(code: string): void;
  /** The worst first, then the oldest. */
  list(): readonly Notice[];
}

const ORDER: readonly Notice['level'][] = ['page', 'ticket', 'log'];

/** Builds an empty list; `onChange` is called when what it says has changed. */
export function createNotices(clock: Clock, onChange: () => void): Notices {
  const notices = new Map<string, Notice>();
  return {
    raise(notice) {
      const known = notices.get(notice.code);
      const next = { ...notice, since: known?.since ?? clock.now() };
      if (JSON.stringify(known) === JSON.stringify(next)) return;
      notices.set(notice.code, next);
      onChange();
    },
    clear(code) {
      if (notices.delete(code)) onChange();
    },
    list: () =>
      [...notices.values()].sort(
        (a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level) || a.since - b.since,
      ),
  };
}
