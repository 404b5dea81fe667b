/**
 * Where others send their alerts: `POST /api/v2/alerts` of Alertmanager's API, for a Prometheus that
 * has us under `alerting:`, a receiver for Alertmanager's webhook, and the silences of API v2 for
 * amtool.
 */
import { API_PREFIX } from '@nines/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sendText } from './alertmanager-answer.ts';
import { mountSilences, type SilenceAnswers } from './alertmanager-silences.ts';
import { ALERTS_BODY_BYTES_MAX } from './limits.ts';

/** Who sends alerts. */
export interface AlertSender {
  readonly address: string;
  readonly userAgent: string;
}

/** Takes a body; answers the faults of the alerts in it that were left out. */
export type TakeAlerts = (body: unknown, from: AlertSender) => Promise<readonly string[]>;

export interface AlertmanagerApi {
  readonly silences: SilenceAnswers;
  readonly takePosted: TakeAlerts;
  readonly takeNotified: TakeAlerts;
}

/** Mounts all of it; what is taken is on disk before the answer. */
export async function mountAlertmanagerRoutes(
  server: FastifyInstance,
  api: AlertmanagerApi,
): Promise<void> {
  const options = {
    bodyLimit: ALERTS_BODY_BYTES_MAX,
    config: { access: 'responder' },
  } as const;
  server.post('/api/v2/alerts', options, async (request, reply) => {
    const faults = await api.takePosted(request.body, describeSender(request));
    // As Alertmanager: a JSON string after what could be read was taken, and no body where all was.
    if (faults.length > 0) {
      const text = JSON.stringify(joinFaults(faults));
      return reply.code(400).type('application/json').send(text);
    }
    return reply.code(200).send();
  });
  server.post(`${API_PREFIX}/alertmanager`, options, async (request, reply) => {
    const faults = await api.takeNotified(request.body, describeSender(request));
    if (faults.length === 0) return {};
    // Not again: an Alertmanager repeats what was answered by 5xx, and it would be the same.
    return reply.code(400).send({ code: 'ALERTS_BODY_INVALID', message: joinFaults(faults) });
  });
  await server.register(
    async (scope) => {
      scope.setErrorHandler(sendText);
      mountSilences(scope, api.silences, { read: 'viewer', change: 'responder' });
    },
    { prefix: '/api/v2' },
  );
}

function describeSender({ ip, headers }: FastifyRequest): AlertSender {
  return { address: ip, userAgent: headers['user-agent'] ?? '' };
}

/** More than these say nothing new. */
const FAULTS_NAMED_MAX = 10;

function joinFaults(faults: readonly string[]): string {
  const named = faults.slice(0, FAULTS_NAMED_MAX).join('; ');
  const moreCount = faults.length - FAULTS_NAMED_MAX;
  return moreCount > 0 ? `${named}; and ${moreCount} more` : named;
}
