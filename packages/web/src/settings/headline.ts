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
    return [{ tone: 'plain', text: t('settings.headline.inForce', { file, time }) }];
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
    const match = /^(.*?):(\d+)(?::\d+)?:/.exec(fault);
    const isThisFile = baseName(match?.[1] ?? '') === name;
    return isThisFile ? [Number(match?.[2])] : [];
  });
  return new Set(lines);
}

function baseName(path: string): string {
  return path.split('/').at(-1) ?? path;
}
