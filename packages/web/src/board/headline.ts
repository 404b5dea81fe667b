/** The board's first line: is anyone hurt, and who has it? */
import type { AlertSummary, Board, ServiceSummary } from '@nines/contract';
import { describeHolder } from '../alerts/headline.ts';
import { formatBurnRate, formatDays } from '../chips/objective-words.ts';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';

export function describeBoard(board: Board): readonly SentencePart[] {
  const urgent = board.notices.find(({ level }) => level === 'page');
  const self =
    urgent === undefined ? [] : [page(t('board.headline.self', { title: urgent.title }))];
  const trouble = [...self, ...describePages(board)];
  const work = [...describeTickets(board), ...describeBudgets(board)];
  if (trouble.length + work.length === 0) return describeQuiet(board);
  const noPage = trouble.length === 0 ? [plain(t('board.headline.noPage'))] : [];
  // One thing is urgent in its colour; what is less so follows in plain words.
  const rest = trouble.length === 0 ? work : work.map(({ text }) => plain(text));
  return [...trouble, ...noPage, ...rest, ...describeRest(board)];
}

function describeQuiet({ self, services, sloCounts }: Board): readonly SentencePart[] {
  if (self.targetsTotal === 0) return [plain(t('board.headline.nothing'))];
  const downCount = self.targetsTotal - self.targetsUp;
  if (downCount > 0) {
    return [
      plain(t('board.headline.noPage')),
      plain(t('board.headline.down', { count: downCount, total: self.targetsTotal })),
    ];
  }
  const counts = { count: services.length, up: self.targetsUp, total: self.targetsTotal };
  const objectives =
    sloCounts.fine === 0
      ? []
      : [plain(t('board.headline.fine.objectives', { count: sloCounts.fine }))];
  return [
    plain(t('board.headline.fine')),
    ...objectives,
    plain(t('board.headline.fine.rest', counts)),
  ];
}

function describePages(board: Board): readonly SentencePart[] {
  const pages = board.needsSomeone.filter(({ output }) => output === 'page');
  const count = Math.max(pages.length, board.openCount.page);
  const [first] = pages;
  if (first === undefined) return [];
  if (count === 1) {
    const text = describeFirst(first, board.services);
    // On probation it is its author's alone; others need not be alarmed.
    const told = first.probation === null ? page(text) : plain(text);
    return [told, plain(describeHolder(first, board.now))];
  }
  // The list is bounded: of what is not in it nobody knows here who has it.
  const holders = count === pages.length ? [plain(describeHolders(pages))] : [];
  return [page(t('board.headline.pages', { count })), ...holders];
}

/** What its users feel, where the page is about a budget; else what the alert says. */
function describeFirst(alert: AlertSummary, services: readonly ServiceSummary[]): string {
  const slo = services.find(({ name }) => name === alert.service)?.slo ?? null;
  const isAboutBudget = slo !== null && alert.labels['slo'] === slo.name;
  if (isAboutBudget && slo.state === 'burning' && slo.burnRate !== null && slo.burnRate > 1) {
    const rate = formatBurnRate(slo.burnRate);
    const window = formatDays(slo.windowMs);
    return t('board.headline.burning', { name: slo.displayName, window, rate });
  }
  return t('board.headline.page', { summary: trimStop(alert.summary) });
}

function describeHolders(pages: readonly AlertSummary[]): string {
  const loud = pages.filter(({ silence }) => silence === null);
  if (loud.length === 0) return t('board.headline.silenced.all');
  const unowned = loud.filter(({ acknowledgedAt }) => acknowledgedAt === null).length;
  const silenced = pages.length - loud.length;
  if (unowned === 0 && silenced > 0) return t('board.headline.silenced.some', { count: silenced });
  if (unowned === 0) return t('board.headline.owned.all');
  if (unowned === pages.length) return t('board.headline.unowned.all');
  return t('board.headline.unowned.some', { count: unowned });
}

function describeTickets({ needsSomeone, openCount }: Board): readonly SentencePart[] {
  const listed = needsSomeone.filter(({ output }) => output === 'ticket').length;
  const count = Math.max(listed, openCount.ticket);
  if (count === 0) return [];
  return [ticket(t('board.headline.tickets', { count }))];
}

/** Budgets that suffer without anybody being called. */
function describeBudgets({ sloCounts, needsSomeone }: Board): readonly SentencePart[] {
  const { burning, exhausted } = sloCounts;
  return [
    ...(burning === 0 || needsSomeone.length > 0
      ? []
      : [ticket(t('board.headline.burnsOnly', { count: burning }))]),
    ...(exhausted === 0 ? [] : [ticket(t('board.headline.exhausted', { count: exhausted }))]),
  ];
}

function describeRest({ sloCounts, services }: Board): readonly SentencePart[] {
  if (sloCounts.fine > 0) {
    return [plain(t('board.headline.otherObjectives', { count: sloCounts.fine }))];
  }
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

function ticket(text: string): SentencePart {
  return { tone: 'ticket', text };
}

function plain(text: string): SentencePart {
  return { tone: 'plain', text };
}
