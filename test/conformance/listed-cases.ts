/** Cases that a `cases.json` beside or above their files lists, each with a program's verdict. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export interface ListedCase {
  readonly verdict: string;
  /** What it is, where the list holds several kinds. */
  readonly kind: string | undefined;
}

/** What the list beside a file, or one folder above it, says of it; undefined: nothing. */
export function findListedCase(path: string): ListedCase | undefined {
  const folder = dirname(path);
  return findInList(folder, path) ?? findInList(dirname(folder), path);
}

function findInList(folder: string, path: string): ListedCase | undefined {
  const list = join(folder, 'cases.json');
  if (!existsSync(list)) return undefined;
  const cases: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(cases)) return undefined;
  const items: readonly unknown[] = cases;
  for (const one of items) {
    if (typeof one !== 'object' || one === null) continue;
    const fields = new Map<string, unknown>(Object.entries(one));
    const [file, verdict, kind] = ['file', 'verdict', 'kind'].map((name) => fields.get(name));
    if (file !== relative(folder, path) || typeof verdict !== 'string') continue;
    return { verdict, kind: typeof kind === 'string' ? kind : undefined };
  }
  return undefined;
}
