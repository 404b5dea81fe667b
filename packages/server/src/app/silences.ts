/**
 * Silences of the server. Most servers have none: their modules are loaded when there is one on disk,
 * or when somebody asks.
 */
import type { Alerts } from '../alerts/index.ts';
import type { Database } from '../database/index.ts';
import type { EventHub, SilenceAnswers } from '../http/index.ts';
import type { Clock, Random } from '../platform/index.ts';
import type { SilenceRoutes, Silences, SilenceViews } from '../silences/index.ts';
import type { Notices } from './notices.ts';

const NOTICE = 'silence_ends';

export interface AppSilences {
  readonly routes: SilenceRoutes;
  /** As Alertmanager's clients ask for them. */
  readonly api: SilenceAnswers;
  /** Reminds people of what ends soon. */
  watch(): void;
}

export interface AppSilencesOptions {
  readonly options: { readonly clock: Clock; readonly random: Random };
  readonly database: Database;
  readonly alerts: Alerts;
  readonly hub: Pick<EventHub, 'publish'>;
  readonly notices: Notices;
}

interface Loaded {
  readonly silences: Silences;
  readonly views: SilenceViews;
  readonly routes: SilenceRoutes;
}

/** Puts silences that are on disk into force, and answers what works on them. */
export async function createAppSilences(parts: AppSilencesOptions): Promise<AppSilences> {
  const { options, database, notices } = parts;
  const { clock } = options;
  let loaded: Loaded | undefined;
  let loading: Promise<Loaded> | undefined;
  const load = async (): Promise<Loaded> => {
    loading ??= loadSilences(parts);
    try {
      loaded = await loading;
      return loaded;
    } catch (error) {
      // Records that are away for a moment are asked again by the next one.
      loading = undefined;
      throw error;
    }
  };
  if (await hasSilences(database)) await load();
  return {
    routes: {
      listSilences: async (...input) => (await load()).routes.listSilences(...input),
      getSilence: async (...input) => (await load()).routes.getSilence(...input),
      previewSilence: async (...input) => (await load()).routes.previewSilence(...input),
      createSilence: async (...input) => (await load()).routes.createSilence(...input),
      updateSilence: async (...input) => (await load()).routes.updateSilence(...input),
      expireSilence: async (...input) => (await load()).routes.expireSilence(...input),
    },
    api: createAnswers(async () => (await load()).silences, clock),
    watch() {
      const reminder = loaded?.views.remind();
      if (reminder === undefined) return notices.clear(NOTICE);
      notices.raise({
        code: NOTICE,
        level: 'ticket',
        title: 'Silences end soon, and what fires under them will page',
        details: [...reminder.details],
      });
    },
  };
}

async function loadSilences(parts: AppSilencesOptions): Promise<Loaded> {
  const { options, database, alerts, hub } = parts;
  const { clock, random } = options;
  const { createSilenceRoutes, createSilenceViews, openSilences } = await import(
    '../silences/index.ts'
  );
  const onChange = () => hub.publish({ type: 'silence.changed' });
  const silences = await openSilences({ database, alerts, clock, random, onChange });
  const views = createSilenceViews({ silences, alerts: alerts.views, clock });
  return { silences, views, routes: createSilenceRoutes({ silences, views, clock }) };
}

function createAnswers(load: () => Promise<Silences>, clock: Clock): SilenceAnswers {
  return {
    async silences(parameters) {
      const { listSilences, readSilenceQuestion } = await import('../alertmanager/index.ts');
      const { known } = await load();
      const question = readSilenceQuestion(parameters);
      return listSilences({ silences: known }, question, clock.now());
    },
    async silence(id) {
      const { formatSilence } = await import('../alertmanager/index.ts');
      const silence = (await load()).known.get(id);
      return silence === undefined ? undefined : formatSilence(silence, clock.now());
    },
    async postSilence(body, who) {
      const { readSilence } = await import('../alertmanager/index.ts');
      const { id } = await (await load()).set(readSilence(body), who);
      return id;
    },
    async deleteSilence(id, who) {
      await (await load()).expire(id, who);
    },
  };
}

type Tables = { alertmanager_silences: { readonly id: string } };

async function hasSilences(database: Database): Promise<boolean> {
  const row = await database.query
    .withTables<Tables>()
    .selectFrom('alertmanager_silences')
    .select('id')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
