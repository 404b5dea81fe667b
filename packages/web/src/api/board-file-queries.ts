/** What can be asked about boards in files. */
import type { Client, PanelDraft } from '@nines/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { KEYS } from './queries.ts';

export function boardFilesQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.boardFiles],
    queryFn: () => client('listBoardFiles', {}),
  });
}

export function boardFileQuery(client: Client, name: string) {
  return queryOptions({
    queryKey: [KEYS.boardFiles, 'one', name],
    queryFn: () => client('getBoardFile', { params: { name } }),
  });
}

/** A panel as lines of YAML; while it is being changed the lines of before stay on screen. */
export function panelTextQuery(client: Client, panel: PanelDraft) {
  return queryOptions({
    queryKey: [KEYS.boardFiles, 'text', panel],
    queryFn: () => client('formatPanel', { body: panel }),
    enabled: panel.title !== '',
    retry: false,
    placeholderData: keepPreviousData,
  });
}
