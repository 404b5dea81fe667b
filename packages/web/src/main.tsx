/** Where the page begins: builds what it stands on, then draws. */
import './theme/mantine-styles.ts';
import './theme/tokens.css';
import './theme/base.css';
import { type BrowserPage, createClient } from '@nines/contract';
import { createRoot } from 'react-dom/client';
import { createPrometheusApi } from './api/prometheus.ts';
import { boardQuery, KEYS, sessionQuery } from './api/queries.ts';
import { createQueryClient } from './api/query-client.ts';
import { createSend } from './api/send.ts';
import { App } from './app.tsx';
import type { TestPageRun } from './first-week/test-page.ts';
import { createShortcutRegistry } from './keyboard/registry.ts';
import type { ConnectionState } from './live/event-stream.ts';
import { chooseLanguage, type Language, LANGUAGE_KEY } from './messages/language.ts';
import { loadLanguage } from './messages/load-language.ts';
import {
  browserClockSource,
  browserLanguages,
  browserStopwatch,
  browserStorage,
} from './platform/browser.ts';
import { createClock } from './platform/clock.ts';
import { createStore } from './platform/store.ts';
import type { OpenDialog, Services } from './services.ts';
import { isAdmitted } from './session/use-session.ts';
import { createToasts } from './shell/toasts.ts';

const fetchFn: typeof fetch = (input, init) => fetch(input, init);

const language = createStore<Language>('en');
const changeLanguage = async (next: Language) =>
  language.set(await loadLanguage(next, language.get()));

const services: Services = {
  client: createClient(createSend(fetchFn)),
  prometheus: createPrometheusApi(fetchFn),
  clock: createClock(browserClockSource),
  stopwatch: browserStopwatch,
  storage: browserStorage,
  language,
  speak: (next) => {
    browserStorage.write(LANGUAGE_KEY, next);
    void changeLanguage(next);
  },
  connection: createStore<ConnectionState>('connecting'),
  firstVersion: createStore<string | undefined>(undefined),
  newVersion: createStore<string | undefined>(undefined),
  alarms: createStore<readonly BrowserPage[]>([]),
  testPage: createStore<TestPageRun | undefined>(undefined),
  toasts: createToasts(),
  shortcuts: createShortcutRegistry(),
  dialog: createStore<OpenDialog>('none'),
};

const queryClient = createQueryClient(() => {
  void queryClient.invalidateQueries({ queryKey: [KEYS.session] });
});

/** The first two answers are on their way while the page is still being built. */
async function askAhead(): Promise<void> {
  await queryClient.prefetchQuery(sessionQuery(services.client));
  const session = queryClient.getQueryData(sessionQuery(services.client).queryKey);
  if (session !== undefined && isAdmitted(session)) {
    await queryClient.prefetchQuery(boardQuery(services.client, false));
  }
}
void askAhead();

const root = document.getElementById('root');
if (root === null) throw new Error('BUG: index.html has no #root');
// In its own language from the first stroke: a page that changes its words under the eye is read twice.
void changeLanguage(chooseLanguage(browserStorage, browserLanguages())).then(() => {
  createRoot(root).render(<App services={services} queryClient={queryClient} />);
});
