/** Alertmanager and Nines notify every kind of receiver, and each request is the same. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type FakeMailServer, type ReceivedMail, startMailServer } from '../harness/mail-server.ts';
import { createScratchFolder } from '../harness/server.ts';
import { type RunningAlertmanager, startAlertmanager } from './program.ts';
import { formatSenderConfig, LATE_TEMPLATES, OWN_TEMPLATES } from './sender-config.ts';
import { type Asked, type ServiceSink, startServiceSink } from './service-sink.ts';

export interface SenderReport {
  readonly requests: number;
  readonly mails: number;
  /** What one side sent and the other did not, or sent otherwise. */
  readonly misses: readonly string[];
}

const EXTERNAL_URL = 'http://alerts.example.com/am';
const HOUR_MS = 3_600_000;
const LOOK_MS = 1_500;
const LOOKS_MAX = 20;

interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generatorURL: string;
  readonly isResolved?: boolean;
}

const HOSTILE = `<b>"x" & 'y'</b> + javascript:alert(1) é😀 \\ %41 \`z\``;

/** What is told in turn: some fire, one ends, all end. */
function createPhases(): readonly (readonly PostedAlert[])[] {
  const alert = (name: string, more: Partial<PostedAlert['labels']>): PostedAlert => ({
    labels: { alertname: name, severity: 'WARNING', team: 'a b/c', ...more },
    annotations: { summary: HOSTILE, description: 'Long é😀 words. '.repeat(600) },
    generatorURL: `http://prometheus:9090/graph?g0.expr=up+%3D%3D+0&name=${name}`,
  });
  const first = alert('disk full', { instance: 'one' });
  const second = alert('disk full', { instance: 'two', zone: '"z"' });
  const other: PostedAlert = {
    labels: { alertname: 'Alone' },
    annotations: {},
    generatorURL: '',
  };
  const end = (one: PostedAlert): PostedAlert => ({ ...one, isResolved: true });
  return [
    [first, second, other],
    [end(first), second],
    [end(second), end(other)],
  ];
}

/** Plays the phases to both, and compares what came. */
export async function compareSenders(peer: string): Promise<SenderReport> {
  await using opened = new AsyncDisposableStack();
  const sink = await startServiceSink();
  opened.defer(async () => sink.stop());
  const folder = createScratchFolder();
  const sides = await Promise.all(
    [{ name: 'peer', path: peer }, { name: 'nines' }].map(async ({ name, path }) => {
      const mail = await startMailServer({ user: 'mailer', password: 'secret' });
      opened.defer(async () => mail.stop());
      const own = join(folder, name);
      const program = await startSide(own, { name, path, sink, mail });
      opened.defer(async () => program.stop());
      return { name, program, mail };
    }),
  );
  // An alert that began before is not waited for with its group, and would be told alone.
  const startedMs = Date.now();
  for (const phase of createPhases()) {
    await Promise.all(sides.map(async ({ program }) => post(program, phase, startedMs)));
    await waitForQuiet(sink);
  }
  const [theirs, mine] = sides.map(({ name, mail }) => [
    ...sink.asked.filter(({ side }) => side === name).map(describeAsked),
    ...mail.received.map(describeMail),
  ]);
  return {
    requests: sink.asked.filter(({ side }) => side === 'peer').length,
    mails: sides[0].mail.received.length,
    misses: compareLists(theirs, mine),
  };
}

async function startSide(
  folder: string,
  what: {
    readonly name: string;
    readonly path?: string | undefined;
    readonly sink: ServiceSink;
    readonly mail: FakeMailServer;
  },
): Promise<RunningAlertmanager> {
  const { name, path, sink, mail } = what;
  const templates = join(folder, 'templates');
  mkdirSync(templates, { recursive: true });
  writeFileSync(join(templates, 'late.tmpl'), LATE_TEMPLATES);
  writeFileSync(join(templates, 'own.tmpl'), OWN_TEMPLATES);
  const url = `${sink.url}/${name}`;
  const urlFile = join(folder, 'webhook-url');
  writeFileSync(urlFile, `${url}/webhook/full/{{ .CommonLabels.severity | toLower }}\n`);
  const config = formatSenderConfig({
    url,
    smarthost: mail.address,
    templates: join(templates, '*.t[lm]pl'),
    urlFile,
  });
  const flags = [`--web.external-url=${EXTERNAL_URL}`, '--web.route-prefix=/'];
  return startAlertmanager({ folder, config, flags, ...(path !== undefined && { path }) });
}

async function post(
  program: RunningAlertmanager,
  phase: readonly PostedAlert[],
  startedMs: number,
): Promise<void> {
  const body = phase.map(({ labels, annotations, generatorURL, isResolved = false }) => ({
    labels,
    annotations,
    generatorURL,
    startsAt: new Date(startedMs).toISOString(),
    endsAt: new Date(isResolved ? startedMs + 1 : startedMs + HOUR_MS).toISOString(),
  }));
  const { status, text } = await program.post('/api/v2/alerts', body);
  if (status !== 200) throw new Error(`alerts were answered ${status}: ${text}`);
}

/** Waits until nothing has come for a while: a group's turn takes two seconds. */
async function waitForQuiet({ asked }: ServiceSink): Promise<void> {
  for (let i = 0, count = -1, calm = 0; i < LOOKS_MAX && calm < 2; i++) {
    calm = count === asked.length ? calm + 1 : 0;
    count = asked.length;
    await setTimeout(LOOK_MS);
  }
}

interface Described {
  /** What is compared with what. */
  readonly key: string;
  readonly value: unknown;
}

function describeAsked({ method, path, headers, body }: Asked): Described {
  const { 'content-type': type = '', ...others } = headers;
  return {
    key: `${method} ${path}`,
    value: { headers: { ...others, type: type.split(';')[0] }, body },
  };
}

const MAIL_HEADERS = [
  'subject',
  'from',
  'to',
  'reply-to',
  'x-own',
  'references',
  'in-reply-to',
  'mime-version',
];

function describeMail({ to, headers, text }: ReceivedMail): Described {
  const kept = Object.fromEntries(MAIL_HEADERS.map((name) => [name, headers[name]]));
  const [type, boundary = ''] = (headers['content-type'] ?? '').split(/;\s*boundary=/);
  const hasTwo = headers['x-own'] !== undefined;
  const parts = text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const end = part.indexOf('\r\n\r\n');
      const body = decodeQuoted(part.slice(end + 4).replace(/\r\n$/, ''));
      // The layout of the usual HTML is our own; its words are Alertmanager's.
      return {
        headers: part.slice(0, end).trim().split('\r\n').sort(),
        body: hasTwo ? body : wordsOf(body),
      };
    });
  return { key: `mail to ${to.join(', ')}`, value: { to, headers: kept, type, parts } };
}

function decodeQuoted(text: string): string {
  const bytes = text
    .split(/=([0-9A-F]{2})/)
    .map((part, i) => (i % 2 === 0 ? Buffer.from(part) : Buffer.from(part, 'hex')));
  return Buffer.concat(bytes).toString('utf8');
}

function wordsOf(html: string): string {
  return html
    .replaceAll(/<style[^]*?<\/style>|<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Each of one list has its equal in the other; order is not compared, groups have their own. */
function compareLists(theirs: readonly Described[], mine: readonly Described[]): readonly string[] {
  const left = [...mine];
  const missing = theirs.filter((one) => {
    const at = left.findIndex((other) => isDeepStrictEqual(other, one));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [
    ...missing.map((one) => {
      const own = left.find(({ key }) => key === one.key);
      return `${one.key}: Alertmanager ${show(one)}; Nines ${own === undefined ? 'nothing' : show(own)}`;
    }),
    ...left
      .filter(({ key }) => !missing.some((one) => one.key === key))
      .map((one) => `${one.key}: Alertmanager nothing; Nines ${show(one)}`),
  ];
}

function show({ value }: Described): string {
  return JSON.stringify(value, undefined, 1);
}
