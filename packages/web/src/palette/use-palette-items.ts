import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { slosQuery } from '../api/objective-queries.ts';
import { boardQuery } from '../api/queries.ts';
import { alertPath } from '../chips/alert-path.ts';
import { objectivePath } from '../chips/objective-path.ts';
import { servicePath } from '../chips/service-path.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { useSession } from '../session/use-session.ts';
import { useSignOut } from '../session/use-sign-out.ts';
import { PLACES } from '../shell/places.ts';

export interface PaletteItem {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly run: () => void;
}

/** Everything that can be found or done from anywhere. */
export function usePaletteItems(): readonly PaletteItem[] {
  const { client } = useServices();
  const { data: board } = useQuery(boardQuery(client, false));
  const { data: objectives } = useQuery(slosQuery(client));
  const [, navigate] = useLocation();
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const signOut = useSignOut();
  const { data: session } = useSession();
  const themes: readonly MantineColorScheme[] = ['light', 'dark'];
  return [
    ...(board?.needsSomeone ?? []).map((alert) => ({
      id: `alert ${alert.id}`,
      kind: t('palette.alert'),
      label: alert.summary,
      run: () => navigate(alertPath(alert.id)),
    })),
    ...PLACES.map(({ id, path }) => ({
      id: `page ${id}`,
      kind: t('palette.page'),
      label: t(`nav.${id}`),
      run: () => navigate(path),
    })),
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
    ...themes.map((scheme) => ({
      id: `theme ${scheme}`,
      kind: t('palette.action'),
      label: t(scheme === 'dark' ? 'palette.theme.dark' : 'palette.theme.light'),
      run: () => setColorScheme(scheme),
    })),
    ...(session?.user === null || session?.user === undefined
      ? []
      : [
          {
            id: 'sign-out',
            kind: t('palette.action'),
            label: t('palette.signOut'),
            run: signOut,
          },
        ]),
  ];
}
