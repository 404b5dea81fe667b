import type { SloSummary } from '@nines/contract';
import { useLocation } from 'wouter';
import { objectivePath } from '../chips/objective-path.ts';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { useGrowingWindow } from '../kit/use-growing-window.ts';
import { useHeldList } from '../kit/use-held-list.ts';
import { useListCursor } from '../kit/use-list-cursor.ts';
import { t } from '../messages/translate.ts';
import { ObjectiveRow } from './objective-row.tsx';
import styles from './objectives.module.css';

/** Objectives, worst first; `j`, `k` and `enter` walk through them. */
export function ObjectiveTable({ slos }: { readonly slos: readonly SloSummary[] }) {
  const { items, hold } = useHeldList(slos, nameOf);
  const names = items.map(({ item }) => item.name);
  const cursor = useListCursor(names);
  const { count, end } = useGrowingWindow(items.length);
  const [, navigate] = useLocation();
  const { currentId } = cursor;
  useShortcuts([
    { keys: 'j', label: t('help.next'), run: () => cursor.move(1) },
    { keys: 'k', label: t('help.previous'), run: () => cursor.move(-1) },
    ...(currentId === undefined
      ? []
      : [{ keys: 'enter', label: t('help.open'), run: () => navigate(objectivePath(currentId)) }]),
  ]);
  return (
    <>
      <table className={styles.table} {...hold}>
        <thead>
          <tr>
            <th scope="col">{t('objectives.column.objective')}</th>
            <th scope="col">{t('objectives.column.target')}</th>
            <th scope="col">{t('objectives.column.budget')}</th>
            <th scope="col">{t('objectives.column.burn')}</th>
            <th scope="col">{t('objectives.column.state')}</th>
            <th scope="col">{t('objectives.column.gone')}</th>
          </tr>
        </thead>
        <tbody>
          {items.slice(0, count).map(({ item }) => (
            <ObjectiveRow key={item.name} slo={item} itemProps={cursor.itemProps(item.name)} />
          ))}
        </tbody>
      </table>
      <div ref={end} />
    </>
  );
}

function nameOf(slo: SloSummary): string {
  return slo.name;
}
