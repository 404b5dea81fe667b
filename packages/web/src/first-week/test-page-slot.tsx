import { lazy, Suspense } from 'react';
import { useStore } from '../platform/use-store.ts';
import { useServices } from '../services.ts';

const TestPagePanel = lazy(async () => {
  const { TestPagePanel: panel } = await import('./test-page-panel.tsx');
  return { default: panel };
});

/** Loads the panel when the first page is asked for. */
export function TestPageSlot() {
  const { testPage } = useServices();
  const isAsked = useStore(testPage) !== undefined;
  return <Suspense fallback={null}>{isAsked && <TestPagePanel />}</Suspense>;
}
