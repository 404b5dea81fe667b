/**
 * Alertmanager's own HTTP interface: API v2 and the routes that watch and steer the process, for
 * `nines alertmanager`. Errors are answered as Alertmanager does: a JSON string.
 *
 * Whoever reaches it may use all of it, as with Alertmanager. What a browser sends from another
 * site's page may read, but not change anything (`createHostGuard`).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../platform/index.ts';
import { answerError } from './error-answer.ts';
import { ALERTS_BODY_BYTES_MAX } from './limits.ts';
import { OPENMETRICS_TYPE, prefersOpenMetrics, TEXT_TYPE } from './metrics-format.ts';

/** What answers; lists take the parameters of the request's query. */
export interface AlertmanagerAnswers {
  status(): unknown;
  receivers(parameters: URLSearchParams): unknown;
  alerts(parameters: URLSearchParams): unknown;
  groups(parameters: URLSearchParams): unknown;
  silences(parameters: URLSearchParams): unknown;
  /** Undefined: there is none. */
  silence(id: string): unknown;
  /** Takes a body in; answers the faults of the alerts that were left out. */
  postAlerts(body: unknown): Promise<readonly string[]>;
  /** Answers the id of the silence. */
  postSilence(body: unknown): Promise<string>;
  deleteSilence(id: string): Promise<void>;
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
  api.get('/silences', open, async (request) => answers.silences(parametersOf(request)));
  api.get('/silence/:id', open, async (request, reply) => {
    return answers.silence(idOf(request)) ?? reply.code(404).send();
  });
}

function mountChanges(api: FastifyInstance, answers: AlertmanagerAnswers): void {
  const large = { ...open, bodyLimit: ALERTS_BODY_BYTES_MAX };
  api.post('/alerts', large, async (request, reply) => {
    const faults = await answers.postAlerts(request.body);
    if (faults.length === 0) return reply.code(200).send();
    // What could be read was taken; the rest would be the same the next time.
    return sendJsonText(reply, 400, faults.slice(0, FAULTS_NAMED_MAX).join('\n'));
  });
  api.post('/silences', open, async (request) => ({
    silenceID: await answers.postSilence(request.body),
  }));
  api.delete('/silence/:id', open, async (request, reply) => {
    await answers.deleteSilence(idOf(request));
    return reply.code(200).send();
  });
}

/** More than these say nothing new. */
const FAULTS_NAMED_MAX = 10;

async function sendText(
  error: unknown,
  _request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { isBug, status, message, retryAfterSeconds } = answerError(error);
  // The server's own handler counts and logs it.
  if (isBug) throw error;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  await sendJsonText(reply, status, message);
}

async function sendJsonText(reply: FastifyReply, status: number, text: string): Promise<void> {
  await reply.code(status).type('application/json').send(JSON.stringify(text));
}

function parametersOf(request: FastifyRequest): URLSearchParams {
  const at = request.url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1));
}

function idOf({ params }: FastifyRequest): string {
  const id = typeof params === 'object' && params !== null && 'id' in params ? params.id : '';
  return String(id);
}
