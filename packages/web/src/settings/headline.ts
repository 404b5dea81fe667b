/** The first line of the settings: is what was written in force? */
import type { Settings } from '@nines/contract';
import { viewerTime } from '../format/time.ts';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';

export function describeSettings({ config }: Settings, nowMs: number): readonly SentencePart[] {
  if (config.file === null) return [{ tone: 'plain', text: t('settings.headline.none') }];
  const file = baseName(config.file);
  const time = viewerTime.short(config.loadedAt, nowMs);
  if (config.faults.length === 0) {
    const inForce = t('settings.headline.inForce', { file, time });
    const count = config.ignored.length;
    const ignored = count === 0 ? [] : [t('settings.headline.ignored', { count })];
    return [inForce, ...ignored].map((text) => ({ tone: 'plain', text }));
  }
  return [
    {
      tone: 'ticket',
      text: t('settings.headline.rejected', { file, count: config.faults.length }),
    },
    { tone: 'plain', text: t('settings.headline.old', { time }) },
  ];
}

/** The lines of the file that faults name, as in `nines.yaml:14:7: …`; from one. */
export function findFaultLines(
  faults: readonly string[],
  file: string | null,
): ReadonlySet<number> {
  const name = baseName(file ?? '');
  const lines = faults.flatMap((fault) => {
    const place = findPlace(fault);
    return place?.name === name ? [Number(place.line)] : [];
  });
  return new Set(lines);
}

/** The lines of what has no effect, with all that stands indented below; from one. */
export function findIgnoredLines(
  ignored: readonly string[],
  file: string | null,
  text: string,
): ReadonlySet<number> {
  const lines = text.split('\n');
  const found = new Set<number>();
  for (const first of findFaultLines(ignored, file)) {
    found.add(first);
    const indent = /^[\s-]*/.exec(lines[first - 1] ?? '')?.[0].length ?? 0;
    for (let line = first + 1; line <= lines.length; line++) {
      if (!isBelow(lines[line - 1], indent)) break;
      found.add(line);
    }
  }
  return found;
}

/** A list may stand as far left as its key does. */
function isBelow(line: string, indent: number): boolean {
  const own = line.search(/\S/);
  return own > indent || (own === indent && line[own] === '-');
}

/** A fault or remark with its place as short as it can be, beside the file on the page. */
export function shortenPlace(text: string, file: string | null): string {
  const place = findPlace(text);
  if (place === undefined) return text;
  const { name, line, rest } = place;
  if (name !== baseName(file ?? '')) return `${name}:${line}: ${rest}`;
  return t('settings.config.line', { line, text: rest });
}

interface NotePlace {
  readonly name: string;
  readonly line: string;
  readonly rest: string;
}

function findPlace(text: string): NotePlace | undefined {
  const [whole, path, line] = /^(.*?):(\d+)(?::\d+)?: ?/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return { name: baseName(path), line, rest: text.slice(whole.length) };
}

function baseName(path: string): string {
  return path.split('/').at(-1) ?? path;
}
