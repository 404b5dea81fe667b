import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import type { SignalUnit } from '@nines/contract';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import type { Band, Mark, Threshold } from './annotations.ts';
import styles from './graph.module.css';
import type { GraphData } from './graph-data.ts';
import { GraphNotes } from './graph-notes.tsx';
import { readPalette } from './palette.ts';
import { type Hover, plotData, plotLeft, plotOptions } from './plot-options.ts';
import { Readout } from './readout.tsx';
import { useWidth } from './use-width.ts';

const NO_MARKS: readonly Mark[] = [];
const NO_THRESHOLDS: readonly Threshold[] = [];
const NO_BANDS: readonly Band[] = [];
const NO_BOUNDS: readonly number[] = [];

export interface GraphProps {
  readonly data: GraphData;
  readonly height: number;
  /** What it shows, in words. */
  readonly label: string;
  readonly syncKey: string;
  /** What the values are; without it they are bare numbers. */
  readonly unit?: SignalUnit;
  readonly shape?: 'lines' | 'bars';
  readonly marks?: readonly Mark[];
  readonly thresholds?: readonly Threshold[];
  readonly bands?: readonly Band[];
  /** Values that the scale holds, whatever is drawn. */
  readonly bounds?: readonly number[];
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

/** Lines or bars over time: thin, named at their ends, with gaps as gaps; drag to zoom. */
export function Graph(props: GraphProps) {
  const { data, height, syncKey, unit, shape = 'lines' } = props;
  const { marks = NO_MARKS, thresholds = NO_THRESHOLDS } = props;
  const { bands = NO_BANDS, bounds = NO_BOUNDS } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover>();
  const lastHover = useRef<Hover>(undefined);
  const scheme = useComputedColorScheme();
  const onZoom = useRef(props.onZoom);
  useLayoutEffect(() => {
    onZoom.current = props.onZoom;
  });
  useEffect(() => {
    const element = canvas.current;
    if (element === null || width === 0) return undefined;
    const options = plotOptions({
      data,
      width,
      height,
      palette: readPalette(element),
      marks,
      thresholds,
      bands,
      bounds,
      syncKey,
      unit,
      shape,
      onHover: (next) => {
        lastHover.current = next;
        setHover(next);
      },
      onZoom: (fromMs, toMs) => onZoom.current(fromMs, toMs),
    });
    const plot = new uPlot(options, plotData(data), element);
    // New numbers under a resting pointer: the crosshair stays where it was.
    const resting = lastHover.current;
    if (resting !== undefined) plot.setCursor({ left: plotLeft(plot, resting), top: 0 });
    return () => plot.destroy();
    // The colours are read anew when the theme changes.
  }, [data, width, height, marks, thresholds, bands, bounds, syncKey, unit, shape, scheme]);
  return (
    <figure className={styles.figure} aria-label={props.label}>
      <div className={styles.frame} ref={frame} style={{ height }}>
        <div ref={canvas} />
        {hover !== undefined && <Readout data={data} hover={hover} width={width} unit={unit} />}
      </div>
      <GraphNotes data={data} />
    </figure>
  );
}
