/** What two lists of things differ in, line by line: `-` is expected and missing, `+` is too much. */

export interface DifferenceEntry {
  /** What the thing is told apart by. */
  readonly key: string;
  /** What it says of itself. */
  readonly line: string;
}

const INDENT = ' '.repeat(8);

/** Writes what is on one side only, and what of things on both sides is not the same. */
export function formatDifference(
  expected: readonly DifferenceEntry[],
  got: readonly DifferenceEntry[],
): string {
  const lines: string[] = [];
  // Of things with one key the first goes with the first, the second with the second.
  const left = Map.groupBy(got, ({ key }) => key);
  for (const { key, line } of expected) {
    const other = left.get(key)?.shift();
    if (other?.line === line) continue;
    if (other === undefined) lines.push(`- ${key}`, `-   ${line}`);
    else lines.push(`  ${key}`, `-   ${line}`, `+   ${other.line}`);
  }
  for (const { key, line } of [...left.values()].flat()) lines.push(`+ ${key}`, `+   ${line}`);
  return lines.map((line) => INDENT + line).join('\n');
}
