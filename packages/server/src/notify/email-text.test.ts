import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import { formatEmail } from './email-text.ts';
import { EMAIL_BODY_CHARS_MAX, EMAIL_FACT_CHARS_MAX, EMAIL_TITLE_CHARS_MAX } from './limits.ts';
import { createSampleMessage, FIRED_AT } from './testing.ts';

type Asked = Parameters<typeof createSampleMessage>[0];

const format = (more: Asked = {}) =>
  formatEmail(createSampleMessage(more), {
    channel: 'email/oncall',
    externalUrl: 'https://nines.example',
    domain: 'example.com',
  });

describe('the e-mail of a page', () => {
  it('says what, since when, whose it is, what to do, and why it came', () => {
    const { subject, text } = format();
    assert.equal(subject, '[PAGE] Checkout: 3.1 % of orders fail');
    assert.equal(
      text,
      `Checkout: 3.1 % of orders fail

HighErrors has held for 5m.

Since:    2026-01-02 03:04:05 UTC
Service:  checkout
Owner:    Payments
Value:    0.031
Playbook: https://wiki.example/checkout
Labels:   alertname="HighErrors", job="checkout"

See it and acknowledge:
https://nines.example/alerts/al_1

-- 
You get this because step 1 of the escalation policy "default" tells email/oncall.
`,
    );
  });

  it('names the service in the subject where the summary does not', () => {
    const subject = format({ about: { summary: 'Half of the orders fail' } }).subject;
    assert.equal(subject, '[PAGE] checkout: Half of the orders fail');
    const about = { summary: 'Half of the orders fail', service: undefined };
    assert.equal(format({ about }).subject, '[PAGE] Half of the orders fail');
  });

  it('says that it is over, when, and is no longer urgent', () => {
    const over = format({
      kind: 'resolved',
      pageId: 'pg_2',
      about: { resolvedAtMs: FIRED_AT + 60_000 },
    });
    assert.equal(over.subject, '[RESOLVED] Checkout: 3.1 % of orders fail');
    assert.match(over.text, /Over: +2026-01-02 03:05:05 UTC/);
    assert.match(over.text, /and this alert was sent there/);
    assert.equal(over.headers['X-Priority'], undefined);
  });

  it('has an id for each page, and one thread for each alert', () => {
    const page = format();
    const again = format({ isRepeat: true });
    const over = format({ kind: 'resolved', pageId: 'pg_2' });
    assert.deepEqual(
      [page.messageId, again.messageId, over.messageId],
      ['pg_1@example.com', 'pg_1@example.com', 'pg_2@example.com'],
    );
    assert.deepEqual([page.threadId, over.threadId], ['al_1@example.com', 'al_1@example.com']);
    assert.deepEqual(page.headers, {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Priority': '1 (Highest)',
      Importance: 'high',
    });
  });

  it('is a test where somebody only tries the channel', () => {
    const test = format({ isTest: true, about: { summary: 'Nothing is wrong' } });
    assert.match(test.subject, /^\[TEST\] /);
    assert.match(test.text, /somebody asked Nines to test the channel email\/oncall/);
    assert.doesNotMatch(test.text, /acknowledge|Labels/);
    assert.equal(test.headers.Importance, undefined);
  });

  it('links web addresses only', () => {
    const link = (playbook: string) => format({ about: { playbook } }).html;
    assert.match(
      link('https://wiki.example/a?b=1&c=2'),
      /href="https:\/\/wiki.example\/a\?b=1&amp;c=2"/,
    );
    for (const playbook of [
      'javascript:alert(1)',
      'data:text/html,x',
      'wiki/checkout',
      'file:///x',
    ]) {
      assert.doesNotMatch(link(playbook), /Playbook<\/th><td[^>]*><a/);
      assert.match(link(playbook), /Playbook/);
    }
  });

  it('needs nothing from anywhere, and leaves colours to the reader’s program', () => {
    const { html } = format();
    assert.doesNotMatch(html, /<img|<style|<link|<script|url\(|@import/);
    assert.match(html, /<meta name="color-scheme" content="light dark">/);
    assert.doesNotMatch(/<body[^>]*>/.exec(html)?.[0] ?? '', /color|background/);
  });

  it('escapes what is markup, and turns no text around', () => {
    const { html, subject, text } = format({
      body: '<b>"a" & b</b>\u202Eevil',
      about: { summary: "<script>'x'</script>\u2066", service: undefined },
    });
    assert.match(html, /&lt;b&gt;&quot;a&quot; &amp; b&lt;\/b&gt;evil/);
    assert.match(html, /&lt;script&gt;&#39;x&#39;&lt;\/script&gt;/);
    assert.doesNotMatch(subject + text + html, /[\u202E\u2066]/);
  });

  it('keeps paragraphs of a description, and nothing else that breaks a line', () => {
    const { text, html } = format({ body: 'one\r\ntwo\n\n\n\nthree\u2028four\u0007' });
    assert.match(text, /one\ntwo\n\nthree\nfour\n/);
    assert.match(html, /white-space:pre-line">one\ntwo\n\nthree\nfour<\/p>/);
  });

  it('is bounded, and breaks no character in two', () => {
    const long = '😀'.repeat(5_000);
    const { subject, html, text } = format({
      body: long,
      about: {
        summary: long,
        owner: long,
        labels: createLabels(
          Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`label_${i}`, long])),
        ),
      },
    });
    assert.ok(subject.length <= EMAIL_TITLE_CHARS_MAX + 10, String(subject.length));
    assert.ok(text.length < EMAIL_BODY_CHARS_MAX + 5 * EMAIL_FACT_CHARS_MAX, String(text.length));
    assert.ok((subject + text + html).isWellFormed());
  });
});

describe('an e-mail about a hostile alert', () => {
  it('stays within its form, whatever the texts are', () => {
    const seed = 20_260_102;
    const random = createSeededRandom(seed);
    const PARTS = [
      '\r\n',
      '\n',
      '\0',
      '\u202E',
      '\u2028',
      '\uD800',
      '😀',
      '<a href="x">',
      '</td>',
      '"',
      "'",
      '&lt;',
      'Bcc: x@y.example',
      '\r\n\r\n.\r\n',
      '--',
      '=?utf-8?Q?=0A?=',
      '{{',
      '한글',
      ' ',
    ];
    const pick = (): string => PARTS[Math.floor(random.float() * PARTS.length)];
    const text = (): string =>
      Array.from({ length: Math.floor(random.float() * 40) }, pick).join('x');
    const started = performance.now();
    for (let round = 0; performance.now() - started < 200; round++) {
      const mail = format({
        pageId: text(),
        body: text(),
        policy: text(),
        about: {
          id: text().toWellFormed(),
          summary: text(),
          service: text(),
          owner: text(),
          playbook: text(),
          labels: createLabels({ a: text().toWellFormed() }),
        },
      });
      const what = `seed ${seed}, round ${round}: ${JSON.stringify(mail)}`;
      assert.doesNotMatch(mail.subject + mail.messageId + mail.threadId, /[\p{Cc}\p{Zl}]/u, what);
      assert.match(mail.messageId, /^[\w.-]*@example\.com$/, what);
      assert.ok((mail.subject + mail.text + mail.html).isWellFormed(), what);
      // All markup is ours: what is left without it and without entities has none.
      const tags = mail.html.match(/<[^>]*>/g) ?? [];
      const names = new Set(tags.map((tag) => /^<\/?!?([a-z1]+)/.exec(tag)?.[1]));
      for (const name of names) assert.ok(OUR_TAGS.has(name ?? ''), `${name}: ${what}`);
    }
  });
});

const OUR_TAGS = new Set([
  'doctype',
  'html',
  'head',
  'meta',
  'title',
  'body',
  'div',
  'p',
  'span',
  'h1',
  'a',
  'table',
  'tr',
  'th',
  'td',
]);
