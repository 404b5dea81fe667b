import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { ErrorBoundary } from '../kit/error-boundary.tsx';
import { DemoSlot } from '../demo/demo-slot.tsx';
import { TestPageSlot } from '../first-week/test-page-slot.tsx';
import { t } from '../messages/translate.ts';
import { PasswordBanner } from '../session/password-banner.tsx';
import { AlarmBanner } from './alarm-banner.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import { Dialogs } from './dialogs.tsx';
import { Rail } from './rail.tsx';
import styles from './shell.module.css';
import { ToastList } from './toast-list.tsx';

/** What surrounds every page: the alarm above all, the rail, the page, what floats. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [path] = useLocation();
  return (
    <>
      <a className={styles.skip} href="#content">
        {t('nav.skip')}
      </a>
      <AlarmBanner />
      <DemoSlot />
      <div className={styles.shell}>
        <Rail />
        <main id="content" className={styles.content} tabIndex={-1}>
          <ConnectionBar />
          <PasswordBanner />
          <ErrorBoundary place={path}>{children}</ErrorBoundary>
        </main>
      </div>
      <TestPageSlot />
      <ToastList />
      <Dialogs />
    </>
  );
}
