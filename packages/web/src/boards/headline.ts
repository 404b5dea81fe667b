/** The first lines of boards: what is there to look at. */
import type { BoardFile, BoardFileList } from '@nines/contract';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';

export function describeBoards({ boards }: BoardFileList): readonly SentencePart[] {
  if (boards.length === 0) return [plain(t('boards.headline.none'))];
  const panelCount = boards.reduce((sum, board) => sum + board.panelCount, 0);
  return [
    plain(t('boards.headline.some', { count: boards.length })),
    plain(t('boards.headline.panels', { count: panelCount })),
  ];
}

/** A board says itself what it is about. */
export function describeBoard({ title, description }: BoardFile): readonly SentencePart[] {
  return description === null ? [plain(title)] : [plain(`${title}: ${description}`)];
}

function plain(text: string): SentencePart {
  return { tone: 'plain', text };
}
