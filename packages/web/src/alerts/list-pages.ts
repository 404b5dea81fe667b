/**
 * A long list is loaded page by page, and kept up to date page by page: asking for all of it after
 * each change would cost more than the change is worth. Alerts are in the order of their ids, the
 * newest first, and a page holds what comes after its cursor.
 */
import type { AlertList } from '@nines/contract';

/** The pages to read anew: the first, where new alerts come, and those that hold a changed one. */
export function listStalePages(
  pages: readonly AlertList[],
  changedIds: readonly string[],
): readonly number[] {
  const changed = new Set(changedIds);
  return pages.flatMap(({ alerts }, index) =>
    index === 0 || alerts.some(({ id }) => changed.has(id)) ? [index] : [],
  );
}

/**
 * A page with what was just read in its place. What was read may reach less far than the page did,
 * because more fits the filter now: then the rest of the page stays. It may reach further, into the
 * next page: that part is dropped, for it stands there.
 */
export function renewPage(old: AlertList, fresh: AlertList, isLast: boolean): AlertList {
  const endId = old.alerts.at(-1)?.id;
  const freshEndId = fresh.alerts.at(-1)?.id;
  const isCutOff = fresh.nextCursor !== null && freshEndId !== undefined;
  const rest = isCutOff ? old.alerts.filter(({ id }) => id < freshEndId) : [];
  const alerts =
    isLast || endId === undefined ? fresh.alerts : fresh.alerts.filter(({ id }) => id >= endId);
  const nextCursor = isLast && rest.length === 0 ? fresh.nextCursor : old.nextCursor;
  return { ...fresh, alerts: [...alerts, ...rest], nextCursor };
}
