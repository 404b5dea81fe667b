import { lazy, Suspense } from 'react';
import { useLocation } from 'wouter';
import { useKeyboard, useShortcuts } from '../keyboard/use-shortcuts.ts';
import { t } from '../messages/translate.ts';
import { useStore } from '../platform/use-store.ts';
import { useServices } from '../services.ts';
import { focusSearch } from './focus-search.ts';
import { usePlaces } from './use-places.ts';

const Help = lazy(async () => {
  const { HelpDialog } = await import('./help-dialog.tsx');
  return { default: HelpDialog };
});

const Palette = lazy(async () => {
  const { PaletteDialog } = await import('../palette/palette-dialog.tsx');
  return { default: PaletteDialog };
});

/** The keyboard's own part of the page: going places, the help, the palette. */
export function Dialogs() {
  const { dialog } = useServices();
  const shown = useStore(dialog);
  const [, navigate] = useLocation();
  const places = usePlaces();
  useKeyboard();
  useShortcuts([
    ...places.map(({ keys, help, path }) => ({
      keys,
      label: t(help),
      run: () => navigate(path),
    })),
    { keys: '/', label: t('help.search'), run: focusSearch },
    { keys: 'mod+k', label: t('help.palette'), run: () => dialog.set('palette') },
    { keys: '?', label: t('help.help'), run: () => dialog.set('help') },
  ]);
  const close = () => dialog.set('none');
  return (
    <Suspense fallback={null}>
      {shown === 'help' && <Help onClose={close} />}
      {shown === 'palette' && <Palette onClose={close} />}
    </Suspense>
  );
}
