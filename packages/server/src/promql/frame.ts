/**
 * The steps that an expression is evaluated at.
 *
 * An instant query is a frame of one step. A subquery evaluates its operand in a frame of its own.
 */

export interface Frame {
  readonly startMs: number;
  /** The last moment that was asked for; the last step may lie before it. */
  readonly endMs: number;
  /** Above 0, also where there is one step only. */
  readonly stepMs: number;
  readonly stepCount: number;
  /** One moment, rather than a range that happens to have one step: keeps the order of results. */
  readonly isInstant: boolean;
}

/** The frame of one moment. */
export function createInstantFrame(atMs: number): Frame {
  return { startMs: atMs, endMs: atMs, stepMs: 1, stepCount: 1, isInstant: true };
}

/** The frame of a range; both ends are included, the start is a step. */
export function createRangeFrame(startMs: number, endMs: number, stepMs: number): Frame {
  const stepCount = endMs < startMs ? 0 : Math.floor((endMs - startMs) / stepMs) + 1;
  return { startMs, endMs, stepMs, stepCount, isInstant: startMs === endMs };
}

/** The frame with the first step only, for what is the same at every step. */
export function firstStepOf(frame: Frame): Frame {
  return { ...createInstantFrame(frame.startMs), stepMs: frame.stepMs };
}

export function timeAt(frame: Frame, step: number): number {
  return frame.startMs + step * frame.stepMs;
}

function lastStepMs(frame: Frame): number {
  return timeAt(frame, frame.stepCount - 1);
}

/**
 * Where a selector looks: at each step's time, or always at the same one (`@`), moved back by the
 * offset.
 */
export interface Reference {
  readonly firstMs: number;
  readonly lastMs: number;
  /** Distance between two steps' references; 0 where all are the same. */
  readonly stepMs: number;
}

/** The references of all steps of a frame. */
export function referenceOf(frame: Frame, atMs: number | undefined, offsetMs: number): Reference {
  if (atMs !== undefined) {
    return { firstMs: atMs - offsetMs, lastMs: atMs - offsetMs, stepMs: 0 };
  }
  return {
    firstMs: frame.startMs - offsetMs,
    lastMs: lastStepMs(frame) - offsetMs,
    stepMs: frame.stepMs,
  };
}

/**
 * The frame of a subquery: steps on multiples of its interval, from the first one after the
 * earliest window's open left end.
 */
export function createSubqueryFrame(
  reference: Reference,
  rangeMs: number,
  intervalMs: number,
): Frame {
  const openMs = reference.firstMs - rangeMs;
  const startMs = (Math.floor(openMs / intervalMs) + 1) * intervalMs;
  return createRangeFrame(startMs, reference.lastMs, intervalMs);
}
