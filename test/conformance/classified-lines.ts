/**
 * Whether a report has a line for all that stands in a file, judged by the parser of YAML alone:
 * every key and every element of a list that is no collection itself.
 */
import { isCollection, isNode, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';

/** Where a line of a report stands. */
export interface ReportedPlace {
  readonly line: number;
  readonly column: number;
}

/** The places, `line:column`, that have no line; empty where the text is no YAML at all. */
export function findUnclassified(
  text: string,
  reported: readonly ReportedPlace[],
): readonly string[] {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: false, merge: true });
  if (document.errors.length > 0) return [];
  const known = new Set(reported.map(({ line, column }) => `${line}:${column}`));
  const missing: string[] = [];
  const check = (node: Node): void => {
    const { line, col } = counter.linePos(node.range?.[0] ?? 0);
    if (!known.has(`${line}:${col}`)) missing.push(`${line}:${col}`);
  };
  visit(document, {
    Pair(_, { key }) {
      // A merge is no field: what it brings is.
      const isMerge = isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
      if (isNode(key) && !isMerge) check(key);
      // A collection as a key is one key, whatever stands in it.
      return isCollection(key) ? visit.SKIP : undefined;
    },
    Seq(_, { items }) {
      for (const item of items) if (isNode(item) && !isCollection(item)) check(item);
    },
  });
  return missing;
}
