/** The contract's routes about boards in files. */
import type { RouteHandlers } from '@nines/contract';
import type { RequestContext } from '../platform/index.ts';
import type { Boards } from './boards.ts';

/** Builds the handlers. */
export function createBoardRoutes(
  boards: Boards,
): RouteHandlers<'listBoardFiles' | 'getBoardFile' | 'addPanel' | 'formatPanel', RequestContext> {
  return {
    listBoardFiles: () => boards.list(),
    getBoardFile: ({ params }) => boards.get(params.name),
    addPanel: ({ params, body }) => boards.addPanel(params.name, body),
    formatPanel: ({ body }) => boards.format(body),
  };
}
