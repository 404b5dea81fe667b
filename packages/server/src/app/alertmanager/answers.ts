/** What `nines alertmanager` answers over HTTP: the engine, seen through API v2. */
import {
  type Alertmanager,
  type AlertmanagerMetrics,
  formatSilence,
  listAlerts,
  listGroups,
  listReceivers,
  listSilences,
  readAlertQuestion,
  readGroupQuestion,
  readPostedAlerts,
  readReceiverMatchers,
  readSilence,
  readSilenceQuestion,
} from '../../alertmanager/index.ts';
import { VERSION } from '../../cli/index.ts';
import type { AlertmanagerAnswers } from '../../http/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { ConfigControl } from './run.ts';

export interface AnswersOptions {
  readonly engine: Alertmanager;
  readonly metrics: AlertmanagerMetrics;
  readonly clusterStatus: () => unknown;
  readonly clock: Clock;
  readonly control: ConfigControl;
  readonly exposition: (isOpenMetrics: boolean) => Promise<string>;
  readonly notReady: () => string | undefined;
}

/** Builds the answers. */
export function createAnswers(options: AnswersOptions): AlertmanagerAnswers {
  const { engine, clock, metrics, control, clusterStatus } = options;
  const { state } = engine;
  const uptime = new Date(clock.now()).toISOString();
  return {
    status: () => ({
      cluster: clusterStatus(),
      config: { original: control.state().original },
      uptime,
      versionInfo: describeVersion(),
    }),
    receivers: (parameters) => listReceivers(state, readReceiverMatchers(parameters)),
    alerts: (parameters) => listAlerts(state, readAlertQuestion(parameters), clock.now()),
    groups: (parameters) => listGroups(state, readGroupQuestion(parameters), clock.now()),
    silences: (parameters) => listSilences(state, readSilenceQuestion(parameters), clock.now()),
    silence(id) {
      const silence = state.silences.get(id);
      return silence === undefined ? undefined : formatSilence(silence, clock.now());
    },
    async postAlerts(body) {
      const { alerts, faults } = readPostedAlerts(body);
      if (faults.length > 0) metrics.countInvalid(faults.length);
      await engine.post(alerts);
      return faults;
    },
    postSilence: async (body) => engine.setSilence(readSilence(body)),
    deleteSilence: async (id) => engine.expireSilence(id),
    metrics: options.exposition,
    notReady: options.notReady,
    reload: async () => control.reload(),
  };
}

/** The release whose API this is: clients choose by it how to talk. */
const API_RELEASE = '0.33.1';

/** Clients want every field; what Go's build knows and ours does not is empty. */
function describeVersion(): Readonly<Record<string, string>> {
  return {
    version: API_RELEASE,
    revision: VERSION,
    branch: 'nines',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  };
}
