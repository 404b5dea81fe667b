/** How cost grows with size: the exponent of a power law, from what was measured. */

interface Point {
  readonly size: number;
  readonly cpuMs: number;
}

/** The slope of the line of least squares through the logarithms of both. */
export function fitExponent(points: readonly Point[]): number {
  const xs = points.map(({ size }) => Math.log(size));
  const ys = points.map(({ cpuMs }) => Math.log(cpuMs));
  const xMean = mean(xs);
  const yMean = mean(ys);
  const covariance = xs.reduce((sum, x, i) => sum + (x - xMean) * (ys[i] - yMean), 0);
  const variance = xs.reduce((sum, x) => sum + (x - xMean) ** 2, 0);
  return round(covariance / variance);
}

/** The largest exponent between two sizes that follow each other. */
export function steepestExponent(points: readonly Point[]): number {
  const slopes = points.slice(1).map((to, i) => {
    const from = points[i];
    return Math.log(to.cpuMs / from.cpuMs) / Math.log(to.size / from.size);
  });
  return round(Math.max(...slopes));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
