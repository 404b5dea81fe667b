import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import { askForPage } from '../first-week/use-test-page.ts';
import { LANGUAGE_NAMES, LANGUAGES } from '../messages/language.ts';
import { t } from '../messages/translate.ts';
import { useStore } from '../platform/use-store.ts';
import { useServices } from '../services.ts';
import { useMay } from '../session/use-may.ts';
import { useSession } from '../session/use-session.ts';
import { useSignOut } from '../session/use-sign-out.ts';
import type { PaletteItem } from './palette-item.ts';

const THEMES: readonly MantineColorScheme[] = ['light', 'dark'];

/** What can be done from anywhere, by whoever may. */
export function useActionItems(): readonly PaletteItem[] {
  const services = useServices();
  const spoken = useStore(services.language);
  const may = useMay('responder');
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const signOut = useSignOut();
  const { data: session } = useSession();
  return [
    ...(may
      ? [
          {
            id: 'page-me',
            kind: t('palette.action'),
            label: t('pageMe.button'),
            run: () => askForPage(services),
          },
        ]
      : []),
    ...THEMES.map((scheme) => ({
      id: `theme ${scheme}`,
      kind: t('palette.action'),
      label: t(scheme === 'dark' ? 'palette.theme.dark' : 'palette.theme.light'),
      run: () => setColorScheme(scheme),
    })),
    ...LANGUAGES.filter((one) => one !== spoken).map((one) => ({
      id: `language ${one}`,
      kind: t('palette.action'),
      label: LANGUAGE_NAMES[one],
      run: () => services.speak(one),
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
