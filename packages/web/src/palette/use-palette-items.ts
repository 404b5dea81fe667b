import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { slosQuery } from '../api/objective-queries.ts';
import { boardQuery } from '../api/queries.ts';
import { boardFilesQuery } from '../api/board-file-queries.ts';
import { alertPath } from '../chips/alert-path.ts';
import { boardFilePath } from '../boards/board-file-path.ts';
import { objectivePath } from '../chips/objective-path.ts';
import { servicePath } from '../chips/service-path.ts';
import { t } from '../messages/translate.ts';
import type { PaletteItem } from './palette-item.ts';
import { useServices } from '../services.ts';
import { useActionItems } from './use-action-items.ts';
import { SILENCES_PATH } from '../silences/silence-state.ts';
import { usePlaces } from '../shell/use-places.ts';

/** Everything that can be found or done from anywhere. */
export function usePaletteItems(): readonly PaletteItem[] {
  const { client } = useServices();
  const { data: board } = useQuery(boardQuery(client, false));
  const { data: objectives } = useQuery(slosQuery(client));
  const { data: files } = useQuery(boardFilesQuery(client));
  const [, navigate] = useLocation();
  const places = usePlaces();
  return [
    ...(board?.needsSomeone ?? []).map((alert) => ({
      id: `alert ${alert.id}`,
      kind: t('palette.alert'),
      label: alert.summary,
      run: () => navigate(alertPath(alert.id)),
    })),
    ...places.map(({ id, path }) => ({
      id: `page ${id}`,
      kind: t('palette.page'),
      label: t(`nav.${id}`),
      run: () => navigate(path),
    })),
    {
      id: 'page silences',
      kind: t('palette.page'),
      label: t('silence.all'),
      run: () => navigate(SILENCES_PATH),
    },
    ...(board?.services ?? []).map(({ name }) => ({
      id: `service ${name}`,
      kind: t('palette.service'),
      label: name,
      run: () => navigate(servicePath(name)),
    })),
    ...(objectives?.slos ?? []).map(({ name, displayName }) => ({
      id: `objective ${name}`,
      kind: t('palette.objective'),
      label: displayName,
      run: () => navigate(objectivePath(name)),
    })),
    ...(files?.boards ?? []).map(({ name, title }) => ({
      id: `board ${name}`,
      kind: t('palette.board'),
      label: title,
      run: () => navigate(boardFilePath(name)),
    })),
    ...useActionItems(),
  ];
}
