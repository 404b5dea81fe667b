/** The first line of the targets: does everything answer? */
import type { ProbeView, TargetList } from '@nines/contract';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';

export function describeTargets({ targets }: TargetList): readonly SentencePart[] {
  const total = targets.length;
  if (total === 0) return [plain(t('targets.headline.none'))];
  const down = targets.filter(({ health }) => health === 'down');
  const waitingCount = targets.filter(({ health }) => health === 'unknown').length;
  const waiting =
    waitingCount === 0 ? [] : [plain(t('targets.headline.waiting', { count: waitingCount }))];
  if (down.length === 0) {
    const count = total - waitingCount;
    return count === 0 ? waiting : [plain(t('targets.headline.up', { count })), ...waiting];
  }
  const [first] = down;
  const text =
    down.length === 1 && first !== undefined
      ? t('targets.headline.downOne', { instance: first.instance, job: first.job })
      : t('board.headline.down', { count: down.length, total });
  return [
    { tone: 'page', text },
    plain(t('targets.headline.others', { count: total - down.length - waitingCount })),
    ...waiting,
  ];
}

/** Which probes fail; nothing where none does. */
export function describeProbes(probes: readonly ProbeView[]): readonly SentencePart[] {
  const count = probes.filter(({ last }) => last?.isSuccess === false).length;
  return count === 0 ? [] : [{ tone: 'page', text: t('probes.headline', { count }) }];
}

function plain(text: string): SentencePart {
  return { tone: 'plain', text };
}
