/** The board's first line: is anyone hurt, and who has it? */
import type { AlertSummary, Board, ServiceSummary } from '@nines/contract';
import { capitalize } from '../format/sentence.ts';
import { viewerTime } from '../format/time.ts';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';

export function describeBoard(board: Board): readonly SentencePart[] {
  const urgent = board.notices.find(({ level }) => level === 'page');
  const pages = board.needsSomeone.filter(({ output }) => output === 'page');
  const tickets = board.needsSomeone.filter(({ output }) => output === 'ticket');
  if (urgent === undefined && board.needsSomeone.length === 0) return describeQuiet(board);
  return [
    ...(urgent === undefined ? [] : [page(t('board.headline.self', { title: urgent.title }))]),
    ...describePages(pages, board.now),
    ...describeTickets(tickets, pages.length === 0 && urgent === undefined),
    ...describeRest(board.services),
  ];
}

function describeQuiet({ self, services }: Board): readonly SentencePart[] {
  if (self.targetsTotal === 0) return [plain(t('board.headline.nothing'))];
  const downCount = self.targetsTotal - self.targetsUp;
  if (downCount > 0) {
    return [
      plain(t('board.headline.noPage')),
      plain(t('board.headline.down', { count: downCount, total: self.targetsTotal })),
    ];
  }
  const counts = { count: services.length, up: self.targetsUp, total: self.targetsTotal };
  return [plain(t('board.headline.fine')), plain(t('board.headline.fine.rest', counts))];
}

function describePages(pages: readonly AlertSummary[], nowMs: number): readonly SentencePart[] {
  const [first, ...more] = pages;
  if (first === undefined) return [];
  if (more.length === 0) {
    const summary = trimStop(first.summary);
    return [page(t('board.headline.page', { summary })), plain(describeHolder(first, nowMs))];
  }
  const unowned = pages.filter(({ acknowledgedAt }) => acknowledgedAt === null).length;
  return [
    page(t('board.headline.pages', { count: pages.length })),
    plain(describeHolders(unowned, pages.length)),
  ];
}

function describeHolder(alert: AlertSummary, nowMs: number): string {
  if (alert.acknowledgedAt === null) return t('board.headline.unowned.one');
  return t('board.headline.owned.one', {
    person: capitalize(alert.acknowledgedBy ?? '?'),
    time: viewerTime.short(alert.acknowledgedAt, nowMs),
  });
}

function describeHolders(unowned: number, total: number): string {
  if (unowned === 0) return t('board.headline.owned.all');
  if (unowned === total) return t('board.headline.unowned.all');
  return t('board.headline.unowned.some', { count: unowned });
}

function describeTickets(
  tickets: readonly AlertSummary[],
  isWorst: boolean,
): readonly SentencePart[] {
  if (tickets.length === 0) return [];
  const text = t('board.headline.tickets', { count: tickets.length });
  return isWorst ? [plain(t('board.headline.noPage')), { tone: 'ticket', text }] : [plain(text)];
}

function describeRest(services: readonly ServiceSummary[]): readonly SentencePart[] {
  const count = services.filter(isFine).length;
  return count === 0 ? [] : [plain(t('board.headline.others', { count }))];
}

/** Nothing open, and every target answers. */
export function isFine({ firing, targetsUp, targetsTotal }: ServiceSummary): boolean {
  return firing.page === 0 && firing.ticket === 0 && targetsUp === targetsTotal;
}

function trimStop(sentence: string): string {
  return sentence.replace(/[.!]+$/, '');
}

function page(text: string): SentencePart {
  return { tone: 'page', text };
}

function plain(text: string): SentencePart {
  return { tone: 'plain', text };
}
