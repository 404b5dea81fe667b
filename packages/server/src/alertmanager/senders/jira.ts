/** Jira: an issue for each group, found again by a label; created, updated, resolved and reopened. */
import { quote } from '../../series/index.ts';
import type { JiraIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { expandPlain } from './expand-plain.ts';
import {
  dedupKey,
  DELIVERED,
  fires,
  judge,
  type OutgoingRequest,
  SendError,
  type SendContext,
  truncate,
  withoutEmpty,
} from './sender.ts';

const SUMMARY_CHARS_MAX = 255;
const DESCRIPTION_CHARS_MAX = 32_767;
const RETRY_STATUSES = [429];
const MINUTE_MS = 60_000;

export async function sendJira(jira: JiraIntegration, context: SendContext): Promise<SendOutcome> {
  try {
    await updateIssue(jira, context);
    return DELIVERED;
  } catch (error) {
    if (error instanceof RefusedError) return error.outcome;
    throw error;
  }
}

/** Jira has answered otherwise than with success. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly outcome: SendOutcome;

  constructor(outcome: SendOutcome) {
    super(outcome.state);
    this.outcome = outcome;
  }
}

async function updateIssue(jira: JiraIntegration, context: SendContext): Promise<void> {
  const isFiring = fires(context.notification);
  const issue = await findIssue(jira, context);
  if (issue === undefined) {
    // What is over needs no new issue.
    if (isFiring) await ask(jira, context, ['POST', 'issue', formatIssue(jira, context)]);
    return;
  }
  const { description, summary, ...others } = formatIssue(jira, context).fields;
  const fields = {
    ...others,
    ...(jira.summary.enableUpdate && { summary }),
    ...(jira.description.enableUpdate && description !== undefined && { description }),
  };
  await ask(jira, context, ['PUT', `issue/${issue.key}`, { fields }]);
  const isDone = issue.category === 'done';
  if (issue.category === undefined || isFiring !== isDone) return;
  const wanted = isFiring ? jira.reopenTransition : jira.resolveTransition;
  if (wanted === '') return;
  const path = `issue/${issue.key}/transitions`;
  const found = listOf(await ask(jira, context, ['GET', path, undefined]), 'transitions').find(
    (one) => textOf(one, 'name') === wanted,
  );
  if (found === undefined) {
    throw new SendError(`can't find transition ${wanted} for issue ${issue.key}`, false);
  }
  await ask(jira, context, ['POST', path, { transition: { id: textOf(found, 'id') } }]);
}

type JiraRequest = readonly [method: OutgoingRequest['method'], path: string, body: unknown];

/** Answers the JSON of an answer; throws a RefusedError. */
async function ask(
  { apiUrl, http }: JiraIntegration,
  context: SendContext,
  [method, path, body]: JiraRequest,
): Promise<unknown> {
  const url = path.startsWith('http') ? path : joinPath(apiUrl, path);
  const headers = { 'content-type': 'application/json', 'accept-language': 'en' };
  const text = body === undefined ? '' : JSON.stringify(body);
  const answer = await context.request({ method, url, headers, body: text }, http);
  const outcome = judge(answer, RETRY_STATUSES);
  if (outcome.state !== 'delivered') throw new RefusedError(outcome);
  if (answer.text.trim() === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(answer.text);
    return parsed;
  } catch {
    // Only answers to a search and a list of transitions are read, and those miss what they lack.
    return undefined;
  }
}

function joinPath(apiUrl: string, path: string): string {
  return `${apiUrl.replace(/\/+$/, '')}/${path}`;
}

interface FoundIssue {
  readonly key: string;
  /** Of its status; undefined: the answer does not say. */
  readonly category: string | undefined;
}

/** The issue of a group: one that is open, or was closed so lately that it is opened again. */
async function findIssue(
  jira: JiraIntegration,
  context: SendContext,
): Promise<FoundIssue | undefined> {
  const body = { jql: formatJql(jira, context), maxResults: 2, fields: ['status'] };
  const found = await ask(jira, context, ['POST', searchUrl(jira), body]);
  if (typeof found !== 'object' || found === null) {
    throw new SendError('the answer to a search for issues is no JSON', false);
  }
  const [first] = listOf(found, 'issues');
  if (first === undefined) return undefined;
  const category = memberOf(memberOf(memberOf(first, 'fields'), 'status'), 'statusCategory');
  const key = category === undefined ? undefined : textOf(category, 'key');
  return { key: textOf(first, 'key'), category: key };
}

function formatJql(jira: JiraIntegration, { expand, notification }: SendContext): string {
  const minutes = Math.trunc(jira.reopenDurationMs / MINUTE_MS);
  const isReopened = fires(notification) && jira.reopenTransition !== '' && minutes > 0;
  const resolution = quote(jira.wontFixResolution);
  return [
    // What is open has no resolution, and would not differ from one.
    jira.wontFixResolution === ''
      ? ''
      : `(resolution is EMPTY or resolution != ${resolution}) and `,
    isReopened
      ? `(resolutiondate is EMPTY OR resolutiondate >= -${minutes}m) and `
      : 'statusCategory != Done and ',
    `project=${quote(expand(jira.project))} and labels=${quote(labelOf(notification))} `,
    'order by status ASC,resolutiondate DESC',
  ].join('');
}

function labelOf(notification: SendContext['notification']): string {
  return `ALERT{${dedupKey(notification)}}`;
}

/** Jira in the cloud searches at another path, of a later version. */
function searchUrl({ apiUrl, apiType }: JiraIntegration): string {
  const isCloud =
    apiType === 'cloud' || (apiType === 'auto' && new URL(apiUrl).host.endsWith('atlassian.net'));
  if (!isCloud) return joinPath(apiUrl, 'search');
  return joinPath(apiUrl, 'search/jql').replace('/rest/api/2/', '/rest/api/3/');
}

function formatIssue(
  jira: JiraIntegration,
  context: SendContext,
): { readonly fields: Readonly<Record<string, unknown>> } {
  const { expand, notification } = context;
  const priority = expand(jira.priority);
  const custom = Object.entries(jira.fields).map(([name, value]): [string, unknown] => [
    name,
    expandPlain(value, context),
  ]);
  return {
    fields: {
      ...withoutEmpty({
        description: formatDescription(jira, context),
        priority: priority === '' ? undefined : { name: priority },
      }),
      summary: truncate(expand(jira.summary.template), SUMMARY_CHARS_MAX),
      project: { key: expand(jira.project) },
      issuetype: withoutEmpty({ name: expand(jira.issueType) }),
      labels: [...jira.labels.map((label) => expand(label)), labelOf(notification)].sort(),
      ...Object.fromEntries(custom),
    },
  };
}

/** A text, but for version 3 of the API, which takes a document in JSON. */
function formatDescription(jira: JiraIntegration, { expand }: SendContext): unknown {
  const text = truncate(expand(jira.description.template), DESCRIPTION_CHARS_MAX);
  if (!/\/3\/*$/.test(new URL(jira.apiUrl).pathname)) return text;
  if (text.trim() === '') return undefined;
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch {
    throw new SendError('description template: invalid JSON for API v3', false);
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const member: unknown = Reflect.get(value, name);
  return member;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name);
  return Array.isArray(list) ? list : [];
}

function textOf(value: unknown, name: string): string {
  const text = memberOf(value, name);
  return typeof text === 'string' ? text : '';
}
