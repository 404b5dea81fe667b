/** Silences of Alertmanager's API v2, as amtool asks for them: below `/api/v2` of both servers. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from './access.ts';
import { parametersOf } from './alertmanager-answer.ts';

/** What answers; `who` is signed in, '' where nobody signs in. */
export interface SilenceAnswers {
  silences(parameters: URLSearchParams): unknown;
  /** Undefined: there is none. */
  silence(id: string): unknown;
  /** Answers the id of the silence. */
  postSilence(body: unknown, who: string): Promise<string>;
  deleteSilence(id: string, who: string): Promise<void>;
}

/** Mounts the routes; what they change is on disk before they answer. */
export function mountSilences(
  api: FastifyInstance,
  answers: SilenceAnswers,
  access: { readonly read: Access; readonly change: Access },
): void {
  const read = { config: { access: access.read } };
  const change = { config: { access: access.change } };
  api.get('/silences', read, async (request) => answers.silences(parametersOf(request)));
  api.get('/silence/:id', read, async (request, reply) => {
    return (await answers.silence(idOf(request))) ?? reply.code(404).send();
  });
  api.post('/silences', change, async (request) => ({
    silenceID: await answers.postSilence(request.body, nameOf(request)),
  }));
  api.delete('/silence/:id', change, async (request, reply) => {
    await answers.deleteSilence(idOf(request), nameOf(request));
    return reply.code(200).send();
  });
}

function nameOf({ actor }: FastifyRequest): string {
  return actor?.displayName ?? '';
}

function idOf({ params }: FastifyRequest): string {
  const id = typeof params === 'object' && params !== null && 'id' in params ? params.id : '';
  return String(id);
}
