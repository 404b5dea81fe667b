/**
 * A page with nothing but the graph, which it draws when asked to: what the check of the page's
 * budgets measures (`npm run verify -- page-budget`). No part of the product.
 */
import '../../theme/tokens.css';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { Graph } from '../graph.tsx';
import { buildGraphData } from '../graph-data.ts';

declare global {
  interface Window {
    /** Draws so many series; answers the milliseconds until they are on screen. */
    drawSeries?: (seriesCount: number, pointCount: number) => Promise<number>;
  }
}

const STEP_MS = 15_000;

window.drawSeries = async (seriesCount, pointCount) => {
  const grid = { fromMs: 0, toMs: (pointCount - 1) * STEP_MS, stepMs: STEP_MS };
  const series = Array.from({ length: seriesCount }, (_, index) => ({
    metric: { __name__: 'requests', instance: `host-${index}` },
    points: Array.from({ length: pointCount }, (__, point): readonly [number, number] => [
      (point * STEP_MS) / 1000,
      index + Math.sin(point / 20 + index),
    ]),
    hasHistograms: false,
  }));
  const element = document.createElement('div');
  document.body.replaceChildren(element);
  const root = createRoot(element);
  const beganMs = performance.now();
  const data = buildGraphData(series, grid);
  root.render(
    <MantineProvider>
      <Graph
        data={data}
        height={280}
        label="Requests"
        syncKey="requests"
        onZoom={() => undefined}
      />
    </MantineProvider>,
  );
  await waitForCanvas(element);
  const tookMs = performance.now() - beganMs;
  root.unmount();
  return tookMs;
};

/** After the frame in which the canvas has come: the library draws before that frame is painted. */
async function waitForCanvas(element: HTMLElement): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (element.querySelector('canvas') === null) requestAnimationFrame(look);
      else requestAnimationFrame(() => setTimeout(resolve, 0));
    };
    look();
  });
}
