import { lazy, Suspense, useState } from 'react';
import { ErrorBoundary } from '../kit/error-boundary.tsx';
import { useServices } from '../services.ts';
import { readFold } from './fold.ts';

const FirstWeek = lazy(async () => {
  const { FirstWeek: area } = await import('./first-week.tsx');
  return { default: area };
});

/** The place of the first week on the board; whoever has it behind them never loads it. */
export function FirstWeekSlot() {
  const { storage } = useServices();
  const [isOver] = useState(() => readFold(storage) === 'done');
  if (isOver) return null;
  return (
    <ErrorBoundary place="first-week">
      <Suspense fallback={null}>
        <FirstWeek />
      </Suspense>
    </ErrorBoundary>
  );
}
