import { lazy, Suspense, useEffect, useState } from 'react';
import { ErrorBoundary } from '../kit/error-boundary.tsx';
import { browserAfterPaint } from '../platform/browser.ts';
import { useServices } from '../services.ts';
import { readFold } from './fold.ts';

const FirstWeek = lazy(async () => {
  const { FirstWeek: area } = await import('./first-week.tsx');
  return { default: area };
});

/**
 * The place of the first week on the board, below what is to be seen first; whoever has it behind
 * them never loads it.
 */
export function FirstWeekSlot() {
  const { storage } = useServices();
  const [isOver] = useState(() => readFold(storage) === 'done');
  const [isPainted, setPainted] = useState(false);
  useEffect(() => browserAfterPaint(() => setPainted(true)), []);
  if (isOver || !isPainted) return null;
  return (
    <ErrorBoundary place="first-week">
      <Suspense fallback={null}>
        <FirstWeek />
      </Suspense>
    </ErrorBoundary>
  );
}
