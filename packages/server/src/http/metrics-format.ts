/** In which text format a client wants our own metrics. */

export const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Entries of an Accept header that are looked at; browsers send about ten. */
const ENTRIES_MAX = 32;

/**
 * Whether an Accept header wants OpenMetrics rather than Prometheus' text: where it names it, with
 * a weight above that of text, or the same and before it (RFC 9110, 12.5.1). Whoever takes anything
 * gets text.
 */
export function prefersOpenMetrics(accept: string | undefined): boolean {
  let openMetrics = 0;
  let text = 0;
  let isTextFirst = false;
  for (const entry of (accept ?? '').split(',', ENTRIES_MAX)) {
    const [mediaType, ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const weight = readWeight(parameters);
    if (mediaType === 'application/openmetrics-text') openMetrics = Math.max(openMetrics, weight);
    else if (mediaType === 'text/plain') {
      text = Math.max(text, weight);
      isTextFirst ||= openMetrics === 0;
    }
  }
  return openMetrics > text || (openMetrics > 0 && openMetrics === text && !isTextFirst);
}

function readWeight(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
