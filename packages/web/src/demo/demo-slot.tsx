import { lazy, Suspense } from 'react';
import { useDemo } from './use-demo.ts';

const DemoBar = lazy(async () => {
  const { DemoBar: bar } = await import('./demo-bar.tsx');
  return { default: bar };
});

/** The demo's bar; a server without a demo never loads it. */
export function DemoSlot() {
  const demo = useDemo();
  return <Suspense fallback={null}>{demo !== undefined && <DemoBar demo={demo} />}</Suspense>;
}
