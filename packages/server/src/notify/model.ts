/** What is delivered, to where, and what became of it. */
import type { Labels } from '../series/index.ts';

/** The name of the channel to open pages of Nines. */
export const BROWSER = 'browser';
/** What the names of channels to one person's open pages begin with: `browser/mina`. */
export const PERSON_PREFIX = 'browser/';
/** What the names of webhook channels begin with: `webhook/ops`. */
export const WEBHOOK_PREFIX = 'webhook/';
/** What the names of e-mail channels begin with: `email/oncall`. */
export const EMAIL_PREFIX = 'email/';

/** Where a webhook is, as declared. */
export interface Webhook {
  /** The channel's name without its prefix. */
  readonly name: string;
  readonly url: URL;
  /** Holds the key that signs each request; read each time, so that it can be replaced. */
  readonly secretFile: string | undefined;
  /** Whether it may be on this machine or a private network. */
  readonly allowsPrivate: boolean;
}

/** Where a webhook leads, without what may be secret: its path and query as often as not. */
export function hideSecrets(url: URL): string {
  return `${url.origin}${url.pathname === '/' && url.search === '' ? '/' : '/…'}`;
}

/** Whether a channel is open pages, everybody's or one person's. */
export function isBrowserChannel(channel: string): boolean {
  return channel === BROWSER || channel.startsWith(PERSON_PREFIX);
}

/** The ways to one person: their own open pages, and what is declared under their name. */
export function channelsOf(login: string, declared: readonly string[]): readonly string[] {
  const own = [`${WEBHOOK_PREFIX}${login}`, `${EMAIL_PREFIX}${login}`];
  return [`${PERSON_PREFIX}${login}`, ...declared.filter((name) => own.includes(name))];
}

/** The channel that a webhook is. */
export function webhookChannel(webhook: { readonly name: string }): string {
  return `${WEBHOOK_PREFIX}${webhook.name}`;
}

/** A way to people, as they see it. */
export interface Channel {
  /** As escalation policies name it. */
  readonly name: string;
  readonly kind: 'browser' | 'webhook' | 'email';
  /** Where it leads, without secrets. */
  readonly address: string;
}

/** What became of a test. */
export interface ChannelTest {
  readonly atMs: number;
  readonly isDelivered: boolean;
  /** A sentence or two. */
  readonly reason: string;
  readonly durationMs: number;
}

/** What is known of whether a channel works. */
export interface ChannelProof {
  readonly channel: string;
  /** When it last delivered a page or a test; undefined: never. */
  readonly deliveredAtMs: number | undefined;
  readonly lastTest: ChannelTest | undefined;
}

/** What a message says of its alert. */
export interface MessageAlert {
  readonly id: string;
  readonly name: string;
  /** What is wrong, in one line, whether or not it is over. */
  readonly summary: string;
  readonly output: string;
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly value: number | null;
  readonly service: string | undefined;
  readonly owner: string | undefined;
  readonly playbook: string | undefined;
  readonly firedAtMs: number;
  readonly resolvedAtMs: number | undefined;
}

/** One message to one channel. */
export interface Message {
  /** The same for every attempt at one page, so that a receiver can drop repeats. */
  readonly pageId: string;
  readonly kind: 'page' | 'resolved';
  /** Whether somebody only wants to see that the channel works. */
  readonly isTest: boolean;
  /** Whether an earlier attempt may have arrived. */
  readonly isRepeat: boolean;
  /** The one line to read first. */
  readonly title: string;
  /** Why it comes and what is known, in a sentence or two. */
  readonly body: string;
  /** The step of the escalation, from 1. */
  readonly step: number;
  /** The name of the escalation policy. */
  readonly policy: string;
  readonly alert: MessageAlert;
}

/**
 * What became of an attempt. The reason continues a sentence: "delivered … to 1 open page",
 * "not delivered: it answered 503".
 */
export type Outcome =
  | { readonly state: 'delivered'; readonly reason: string }
  | {
      readonly state: 'retry';
      readonly reason: string;
      /** How long the receiver asked to be left alone. */
      readonly retryAfterMs: number | undefined;
      /** Whether the message may have arrived all the same, so that another attempt is a repeat. */
      readonly mayHaveArrived: boolean;
    }
  | { readonly state: 'failed'; readonly reason: string };

/** The open pages of signed-in people who answer pages. */
export interface BrowserHub {
  /** How many are open now. */
  openCount(): number;
  /**
   * Shows a message on all of them, or on those of one person, who is named as they sign in; answers
   * within seconds how many there were, and how many of them confirmed that they show it.
   */
  deliver(
    message: Message,
    login?: string,
  ): Promise<{ readonly openCount: number; readonly confirmedCount: number }>;
}
