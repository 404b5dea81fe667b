/** The nearest known word with an edit distance of at most two, for "did you mean". */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let leastDistance = 3;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= leastDistance) continue;
    const candidateDistance = distance(word, candidate);
    if (candidateDistance >= leastDistance) continue;
    nearest = candidate;
    leastDistance = candidateDistance;
  }
  return nearest;
}

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j] + 1, row[j - 1] + 1, swap));
    }
    previous = row;
  }
  return previous[b.length];
}
