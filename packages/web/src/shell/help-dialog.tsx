import { Dialog } from '../kit/dialog.tsx';
import { Key } from '../kit/key.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import styles from './help-dialog.module.css';

/** What the keyboard can do here and now. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const { shortcuts } = useServices();
  // Where several offer the same key, the last one has it; the order stays that of the page.
  const byKeys = new Map(shortcuts.list().map((shortcut) => [shortcut.keys, shortcut]));
  return (
    <Dialog label={t('help.title')} onClose={onClose}>
      <h2 className={styles.title}>{t('help.title')}</h2>
      <dl className={styles.list}>
        {[...byKeys.values()].map(({ keys, label }) => (
          <div key={keys}>
            <dt>{label}</dt>
            <dd>
              {keys.split(' ').map((key) => (
                <Key key={key} isSpoken>
                  {key.replace('mod+', '⌘ / Ctrl ').replace('enter', '↵')}
                </Key>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
