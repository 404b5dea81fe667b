/**
 * What an e-mail about an alert says: docs/formats/email.md.
 *
 * Labels, annotations and names come from whoever runs a target or sends an alert, so all of it is
 * hostile until it is cleaned: no line breaks in headers, no markup in HTML, no link that is not a
 * web address, nothing that turns the direction of text, and a bound on each part. The HTML needs no
 * image and no style sheet: it reads well where those are taken out, on a phone, and in the dark,
 * where the reader's program chooses the colours of everything that has none of its own.
 */
import { labelsRecord } from '../series/index.ts';
import {
  EMAIL_BODY_CHARS_MAX,
  EMAIL_FACT_CHARS_MAX,
  EMAIL_LABELS_MAX,
  EMAIL_LINK_CHARS_MAX,
  EMAIL_TITLE_CHARS_MAX,
} from './limits.ts';
import type { Message } from './model.ts';

export interface EmailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Of this page, the same at each attempt; without angle brackets. */
  readonly messageId: string;
  /** What all mails about one alert refer to, so that they stand together. */
  readonly threadId: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface EmailContext {
  readonly channel: string;
  readonly externalUrl: string;
  /** Behind the `@` of ids: that of the sender's address. */
  readonly domain: string;
}

interface Fact {
  readonly name: string;
  readonly text: string;
  /** A web address, where it is one. */
  readonly href?: string | undefined;
}

/** Everything that is said, cleaned, before it is put into a form. */
interface Content {
  readonly tag: 'PAGE' | 'RESOLVED' | 'TEST';
  readonly subject: string;
  readonly title: string;
  readonly body: string;
  readonly facts: readonly Fact[];
  readonly alertUrl: string;
  readonly why: string;
}

/** Writes the mail of one attempt. */
export function formatEmail(message: Message, context: EmailContext): EmailText {
  const content = createContent(message, context);
  const isUrgent = content.tag === 'PAGE';
  return {
    subject: content.subject,
    text: formatPlain(content),
    html: formatHtml(content),
    messageId: createId(message.pageId, context.domain),
    threadId: createId(message.alert.id, context.domain),
    headers: {
      // RFC 3834, and Exchange's own word for it: nobody's absence is answered to a machine.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(isUrgent ? { 'X-Priority': '1 (Highest)', Importance: 'high' } : {}),
    },
  };
}

function createId(id: string, domain: string): string {
  return `${id.replaceAll(/[^\w.-]/g, '_')}@${domain}`;
}

function createContent(message: Message, context: EmailContext): Content {
  const { alert, kind, isTest } = message;
  const tag = isTest ? 'TEST' : kind === 'resolved' ? 'RESOLVED' : 'PAGE';
  const summary = clip(cleanLine(alert.summary), EMAIL_TITLE_CHARS_MAX);
  const service = clip(cleanLine(alert.service ?? ''), EMAIL_FACT_CHARS_MAX);
  const isNamed = service === '' || summary.toLowerCase().startsWith(service.toLowerCase());
  const line = clip(isNamed ? summary : `${service}: ${summary}`, EMAIL_TITLE_CHARS_MAX);
  return {
    tag,
    subject: `[${tag}] ${line}`,
    title: summary,
    body: clip(cleanLines(message.body), EMAIL_BODY_CHARS_MAX),
    facts: isTest ? [] : listFacts(message),
    alertUrl: isTest
      ? context.externalUrl
      : `${context.externalUrl}/alerts/${encodeURIComponent(alert.id)}`,
    why: explainWhy(message, context.channel),
  };
}

function explainWhy({ kind, isTest, step, policy }: Message, channel: string): string {
  if (isTest) return `You get this because somebody asked Nines to test the channel ${channel}.`;
  const name = clip(cleanLine(policy), EMAIL_FACT_CHARS_MAX);
  const which = `the escalation policy "${name}" tells ${channel}`;
  return kind === 'resolved'
    ? `You get this because ${which}, and this alert was sent there.`
    : `You get this because step ${step} of ${which}.`;
}

function listFacts({ alert }: Message): readonly Fact[] {
  const labels = Object.entries(labelsRecord(alert.labels)).slice(0, EMAIL_LABELS_MAX);
  const facts: Fact[] = [
    { name: 'Since', text: formatTime(alert.firedAtMs) },
    { name: 'Over', text: alert.resolvedAtMs === undefined ? '' : formatTime(alert.resolvedAtMs) },
    { name: 'Service', text: alert.service ?? '' },
    { name: 'Owner', text: alert.owner ?? '' },
    { name: 'Value', text: alert.value === null ? '' : String(alert.value) },
    { name: 'Playbook', text: alert.playbook ?? '', href: findWebAddress(alert.playbook) },
    {
      name: 'Labels',
      text: labels.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(', '),
    },
  ];
  return facts
    .map((fact) => ({ ...fact, text: clip(cleanLine(fact.text), EMAIL_FACT_CHARS_MAX) }))
    .filter(({ text }) => text !== '');
}

function formatTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** What may stand behind a link; `javascript:` and the like may not. */
function findWebAddress(text: string | undefined): string | undefined {
  const url = text === undefined || text.length > EMAIL_LINK_CHARS_MAX ? null : URL.parse(text);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.href : undefined;
}

function formatPlain(content: Content): string {
  const { title, body, facts, alertUrl, why } = content;
  const width = Math.max(0, ...facts.map(({ name }) => name.length)) + 2;
  const list = facts.map(({ name, text, href }) => `${`${name}:`.padEnd(width)}${href ?? text}`);
  const blocks = [title, body, list.join('\n'), `${actOf(content)}:\n${alertUrl}`, `-- \n${why}`];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function actOf({ tag }: Content): string {
  if (tag === 'PAGE') return 'See it and acknowledge';
  return tag === 'RESOLVED' ? 'See what it was' : 'Open Nines';
}

/** White on each of these has a contrast of 4.5 at least. */
const COLOURS = { PAGE: '#c92a2a', RESOLVED: '#2b7a3d', TEST: '#1864ab' } as const;
const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";

function formatHtml(content: Content): string {
  const { tag, subject, title, body, facts, alertUrl, why } = content;
  const rows = facts.map(formatRow).join('');
  const colour = COLOURS[tag];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    `<title>${escapeHtml(subject)}</title></head>`,
    `<body style="margin:0;padding:16px;font-size:16px;line-height:1.5;${FONT}">`,
    `<div style="max-width:600px;margin:0 auto;overflow-wrap:anywhere">`,
    `<p style="margin:0 0 8px"><span style="display:inline-block;padding:2px 10px;`,
    `border-radius:4px;background:${colour};color:#fff;font-weight:700">${tag}</span></p>`,
    `<h1 style="margin:0 0 8px;font-size:21px;line-height:1.3">${escapeHtml(title)}</h1>`,
    `<p style="margin:0 0 16px;white-space:pre-line">${escapeHtml(body)}</p>`,
    `<p style="margin:0 0 20px"><a href="${escapeHtml(alertUrl)}" style="display:inline-block;`,
    `padding:12px 20px;border-radius:6px;background:#1864ab;color:#fff;font-weight:600;`,
    `text-decoration:none">${actOf(content)}</a></p>`,
    rows === '' ? '' : `<table role="presentation" style="border-spacing:0">${rows}</table>`,
    `<p style="margin:20px 0 0;font-size:14px">${escapeHtml(why)}</p>`,
    '</div></body></html>\n',
  ].join('\n');
}

function formatRow({ name, text, href }: Fact): string {
  const shown = escapeHtml(text);
  const value = href === undefined ? shown : `<a href="${escapeHtml(href)}">${shown}</a>`;
  const cell = 'padding:3px 16px 3px 0;vertical-align:top;text-align:left';
  return (
    `<tr><th scope="row" style="${cell};font-weight:600;white-space:nowrap">${name}</th>` +
    `<td style="${cell}">${value}</td></tr>\n`
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** What reorders the text around it, so that a sentence reads as another one. */
const TURNING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Text for one line: a header, a cell. */
function cleanLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(TURNING, '')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

/** Text that may have several lines. */
function cleanLines(text: string): string {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map(cleanLine);
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** The beginning of a text, without half a character at the end. */
function clip(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  return `${text.slice(0, charsMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
