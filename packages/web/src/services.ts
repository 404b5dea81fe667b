/** What every part of the page may use; built once in main.tsx, replaced as a whole in tests. */
import type { BrowserPage, Client } from '@nines/contract';
import { createContext, useContext } from 'react';
import type { PrometheusApi } from './api/prometheus.ts';
import type { ShortcutRegistry } from './keyboard/registry.ts';
import type { Story } from './demo/story.ts';
import type { TestPageRun } from './first-week/test-page.ts';
import type { ConnectionState } from './live/event-stream.ts';
import type { Language } from './messages/language.ts';
import type { Storage } from './platform/browser.ts';
import type { Clock } from './platform/clock.ts';
import type { Store } from './platform/store.ts';
import type { Toasts } from './shell/toasts.ts';

export interface Services {
  readonly client: Client;
  readonly prometheus: PrometheusApi;
  readonly clock: Clock;
  /** Milliseconds that only ever go forward, for how long things take. */
  readonly stopwatch: () => number;
  readonly storage: Storage;
  readonly language: Store<Language>;
  /** Changes the language of the whole page, now and at the next visit. */
  readonly speak: (language: Language) => void;
  readonly connection: Store<ConnectionState>;
  /** What the server was when this page was loaded, and what it has become since. */
  readonly firstVersion: Store<string | undefined>;
  readonly newVersion: Store<string | undefined>;
  /** The alerts that the server last said have changed: lists bring their lines up to date. */
  readonly alertChanges: Store<readonly string[]>;
  /** Pages that are on screen until someone acts. */
  readonly alarms: Store<readonly BrowserPage[]>;
  /** What the demo has told so far; nothing where no demo runs. */
  readonly demoStory: Store<Story | undefined>;
  /** The page on request that is being followed. */
  readonly testPage: Store<TestPageRun | undefined>;
  readonly toasts: Toasts;
  readonly shortcuts: ShortcutRegistry;
  readonly dialog: Store<OpenDialog>;
}

/** The dialogs that can be called from anywhere; one at a time. */
export type OpenDialog = 'none' | 'help' | 'palette';

const ServicesContext = createContext<Services | undefined>(undefined);

export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error('BUG: used outside ServicesProvider');
  return services;
}
