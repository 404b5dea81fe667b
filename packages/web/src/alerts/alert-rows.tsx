import type { AlertSummary } from '@nines/contract';
import { type RefObject, useEffect } from 'react';
import type { HeldItem } from '../kit/hold-order.ts';
import type { useListCursor } from '../kit/use-list-cursor.ts';
import { useVirtualRows } from '../kit/use-virtual-rows.ts';
import { AlertRow } from './alert-row.tsx';

/** So many rows before the end the next page is asked for: it is there before one arrives. */
const AHEAD = 60;

/** The rows in sight, and as much empty space as the others would take. */
export function AlertRows(props: {
  readonly body: RefObject<HTMLTableSectionElement | null>;
  readonly items: readonly HeldItem<AlertSummary>[];
  readonly rowPx: number;
  readonly itemProps: ReturnType<typeof useListCursor>['itemProps'];
  readonly more: (() => void) | undefined;
}) {
  const { body, items, rowPx, more } = props;
  const range = useVirtualRows(body, { count: items.length, rowPx });
  const isNearEnd = range.to + AHEAD >= items.length;
  // After each drawing: a page that was asked for may have given way to a list that was read anew.
  useEffect(() => {
    if (isNearEnd) more?.();
  });
  return (
    <tbody ref={body}>
      <Space heightPx={range.from * rowPx} />
      {items.slice(range.from, range.to).map(({ item, isGone }, index) => (
        <AlertRow
          key={item.id}
          alert={item}
          isGone={isGone}
          // From one, after the row of headings.
          rowIndex={range.from + index + 2}
          itemProps={props.itemProps(item.id)}
        />
      ))}
      <Space heightPx={(items.length - range.to) * rowPx} />
    </tbody>
  );
}

function Space({ heightPx }: { readonly heightPx: number }) {
  if (heightPx <= 0) return null;
  return <tr aria-hidden="true" data-space="" style={{ height: heightPx }} />;
}
