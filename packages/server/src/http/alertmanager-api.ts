/**
 * Alertmanager's own HTTP interface: API v2 and the routes that watch and steer the process, for
 * `nines alertmanager`. Errors are answered as Alertmanager does: a JSON string.
 *
 * Whoever reaches it may use all of it, as with Alertmanager. What a browser sends from another
 * site's page may read, but not change anything (`createHostGuard`).
 */
import type { FastifyInstance } from 'fastify';
import { AppError } from '../platform/index.ts';
import { parametersOf, sendJsonText, sendText } from './alertmanager-answer.ts';
import { mountSilences, type SilenceAnswers } from './alertmanager-silences.ts';
import { ALERTS_BODY_BYTES_MAX } from './limits.ts';
import { OPENMETRICS_TYPE, prefersOpenMetrics, TEXT_TYPE } from './metrics-format.ts';

/** What answers; lists take the parameters of the request's query. */
export interface AlertmanagerAnswers extends SilenceAnswers {
  status(): unknown;
  receivers(parameters: URLSearchParams): unknown;
  alerts(parameters: URLSearchParams): unknown;
  groups(parameters: URLSearchParams): unknown;
  /** Takes a body in; answers the faults of the alerts that were left out. */
  postAlerts(body: unknown): Promise<readonly string[]>;
  metrics(isOpenMetrics: boolean): Promise<string>;
  /** Undefined: ready; else what is still missing. */
  notReady(): string | undefined;
  /** Reads the configuration again; throws with all faults where it is refused. */
  reload(): Promise<void>;
}

const open = { config: { access: 'public' } } as const;

/** Mounts all of it below a prefix; '' is the root. */
export async function mountAlertmanagerApi(
  server: FastifyInstance,
  answers: AlertmanagerAnswers,
  prefix: string,
): Promise<void> {
  await server.register(
    async (scope) => {
      mountWatching(scope, answers);
      await scope.register(
        async (api) => {
          api.setErrorHandler(sendText);
          api.addHook('onSend', async (_request, reply) => {
            reply.header('cache-control', 'no-store');
          });
          mountLists(api, answers);
          mountChanges(api, answers);
          mountSilences(api, answers, { read: 'public', change: 'public' });
        },
        { prefix: '/api/v2' },
      );
    },
    { prefix },
  );
}

function mountWatching(scope: FastifyInstance, answers: AlertmanagerAnswers): void {
  scope.get('/', open, async (_request, reply) => {
    reply.type('text/plain; charset=utf-8');
    return 'nines alertmanager\n\nAPI: api/v2/status, api/v2/alerts, api/v2/alerts/groups, api/v2/silences\nMetrics: metrics\n';
  });
  scope.get('/-/healthy', open, async () => 'OK');
  scope.get('/-/ready', open, async (_request, reply) => {
    const missing = answers.notReady();
    return missing === undefined ? 'OK' : reply.code(503).send(`not ready: ${missing}\n`);
  });
  scope.post('/-/reload', open, async (_request, reply) => {
    try {
      await answers.reload();
      return await reply.code(200).send();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return reply.code(500).send(`failed to reload config: ${error.message}\n`);
    }
  });
  scope.get('/metrics', open, async (request, reply) => {
    const isOpenMetrics = prefersOpenMetrics(request.headers.accept);
    reply.type(isOpenMetrics ? OPENMETRICS_TYPE : TEXT_TYPE).header('Vary', 'Accept');
    return answers.metrics(isOpenMetrics);
  });
}

function mountLists(api: FastifyInstance, answers: AlertmanagerAnswers): void {
  api.get('/status', open, async () => answers.status());
  api.get('/receivers', open, async (request) => answers.receivers(parametersOf(request)));
  api.get('/alerts', open, async (request) => answers.alerts(parametersOf(request)));
  api.get('/alerts/groups', open, async (request) => answers.groups(parametersOf(request)));
}

function mountChanges(api: FastifyInstance, answers: AlertmanagerAnswers): void {
  const large = { ...open, bodyLimit: ALERTS_BODY_BYTES_MAX };
  api.post('/alerts', large, async (request, reply) => {
    const faults = await answers.postAlerts(request.body);
    if (faults.length === 0) return reply.code(200).send();
    // What could be read was taken; the rest would be the same the next time.
    return sendJsonText(reply, 400, faults.slice(0, FAULTS_NAMED_MAX).join('\n'));
  });
}

/** More than these say nothing new. */
const FAULTS_NAMED_MAX = 10;
