import type { Settings } from '@nines/contract';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { useMay } from '../session/use-may.ts';
import { useSession } from '../session/use-session.ts';
import { AboutSection } from './about-section.tsx';
import { RemoteSection } from './remote-section.tsx';
import { BrowserSection } from './browser-section.tsx';
import { ChannelsSection } from './channels-section.tsx';
import { ConfigSection } from './config-section.tsx';
import { DeclaredSections } from './declared-sections.tsx';
import { describeSettings } from './headline.ts';
import { PasswordSection } from './password-section.tsx';
import styles from './settings.module.css';
import { TokensSection } from './tokens-section.tsx';
import { UnusedSection } from './unused-section.tsx';
import { useSettings } from './use-settings.ts';
import { UsersSection } from './users-section.tsx';

/** What is in force, and what is yours? */
export function SettingsPage() {
  const query = useSettings();
  const { data: session } = useSession();
  const isAdmin = useMay('admin');
  const isSignedIn = session?.user !== null && session?.user !== undefined;
  return (
    <PageLayout
      title={t('nav.settings')}
      sentence={
        query.data === undefined ? (
          waitingSentence(query.error, t('settings.loading'))
        ) : (
          <Headline settings={query.data} />
        )
      }
    >
      <div className={styles.columns}>
        <div>
          <QueryView
            query={query}
            what={t('settings.failed')}
            skeleton={<RowsSkeleton count={3} height={140} />}
          >
            {(settings) => (
              <>
                <ConfigSection config={settings.config} />
                <DeclaredSections settings={settings} />
              </>
            )}
          </QueryView>
        </div>
        <div>
          <BrowserSection />
          <ChannelsSection />
          {isSignedIn && <PasswordSection />}
          {session?.isAuthRequired === true && isAdmin && <UsersSection />}
          {isSignedIn && <TokensSection />}
          <RemoteSection />
          <UnusedSection />
          <AboutSection />
        </div>
      </div>
    </PageLayout>
  );
}

function Headline({ settings }: { readonly settings: Settings }) {
  const { clock } = useServices();
  return <SentenceText parts={describeSettings(settings, clock.now())} />;
}
