/** Where the page begins: builds what it stands on, then draws. */
import './theme/mantine-styles.ts';
import './theme/tokens.css';
import './theme/base.css';
import { type BrowserPage, createClient } from '@nines/contract';
import { createRoot } from 'react-dom/client';
import { createPrometheusApi } from './api/prometheus.ts';
import { KEYS } from './api/queries.ts';
import { createQueryClient } from './api/query-client.ts';
import { createSend } from './api/send.ts';
import { App } from './app.tsx';
import type { Story } from './demo/story.ts';
import type { TestPageRun } from './first-week/test-page.ts';
import { createShortcutRegistry } from './keyboard/registry.ts';
import type { ConnectionState } from './live/event-stream.ts';
import { chooseLanguage, type Language, LANGUAGE_KEY } from './messages/language.ts';
import { loadLanguage } from './messages/load-language.ts';
import { registerServiceWorker } from './offline/register.ts';
import {
  browserClockSource,
  browserLanguages,
  browserSchedule,
  browserStopwatch,
  browserStorage,
} from './platform/browser.ts';
import { createClock } from './platform/clock.ts';
import { createStore } from './platform/store.ts';
import type { OpenDialog, Services } from './services.ts';
import { askAhead } from './session/ask-ahead.ts';
import { createToasts } from './shell/toasts.ts';

const fetchFn: typeof fetch = (input, init) => fetch(input, init);

/** Nobody looks at nothing for longer than this. */
const PATIENCE_MS = 300;

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
  alertChanges: createStore<readonly string[]>([]),
  alarms: createStore<readonly BrowserPage[]>([]),
  demoStory: createStore<Story | undefined>(undefined),
  testPage: createStore<TestPageRun | undefined>(undefined),
  toasts: createToasts(),
  shortcuts: createShortcutRegistry(),
  dialog: createStore<OpenDialog>('none'),
};

const queryClient = createQueryClient(() => {
  void queryClient.invalidateQueries({ queryKey: [KEYS.session] });
});

/** With the answers at hand the page is drawn once; without them, its skeletons. */
const answers = askAhead(services, queryClient);
const patience = new Promise<void>((resolve) => {
  browserSchedule(resolve, PATIENCE_MS);
});

const root = document.getElementById('root');
if (root === null) throw new Error('BUG: index.html has no #root');
// In its own language from the first stroke: a page that changes its words under the eye is read twice.
const words = changeLanguage(chooseLanguage(browserStorage, browserLanguages()));
void Promise.all([words, Promise.race([answers, patience])]).then(() => {
  createRoot(root).render(<App services={services} queryClient={queryClient} />);
});
registerServiceWorker();
