/** Who was on call in the sample week, and what happened. */
import type { Output } from './model.ts';

export interface Site {
  readonly name: string;
  readonly people: readonly string[];
}

/** In the order of their shifts on the UTC day. */
export const SITES: readonly [Site, Site] = [
  { name: 'Seoul', people: ['Seo-yeon Kim', 'Ji-ho Park', 'Do-yun Lee'] },
  { name: 'Zürich', people: ['Mina Keller', 'Luca Frei', 'Noah Baumann'] },
];

/** Something that went wrong, once or several times. */
export interface Incident {
  readonly name: string;
  readonly service: string;
  readonly output: Output;
  /** How many instances of the service there are. */
  readonly instances: number;
  readonly summary: string;
  readonly description: string;
  readonly forMinutes: number;
  /** Why it fired, as the rule engine says it. */
  readonly reason: string;
  readonly value: number;
  /** From 0, the oldest. */
  readonly days: readonly number[];
  /** How often on each of these days, a few minutes apart. */
  readonly times: number;
  readonly lastsMinutes: readonly [number, number];
  /** What the person who resolved it wrote; undefined: it ended by itself. */
  readonly note: string | undefined;
  readonly tags: readonly string[];
}

const SHOP = { instances: 2, forMinutes: 5, reason: 'condition held for 5m', times: 1 } as const;

export const INCIDENTS: readonly Incident[] = [
  {
    ...SHOP,
    name: 'PayErrorsHigh',
    service: 'pay',
    output: 'page',
    summary: 'pay answers too many requests with errors',
    description: 'More than 2 % of payments failed over five minutes.',
    value: 0.041,
    days: [1, 4],
    lastsMinutes: [14, 34],
    note: 'rolled back the release of this morning',
    tags: ['cause:deploy', 'customer:acme'],
  },
  {
    ...SHOP,
    name: 'FrontLatencyHigh',
    service: 'front',
    output: 'page',
    summary: 'front is slow: p99 above 800 ms',
    description: 'One request in a hundred takes longer than people wait.',
    value: 0.93,
    days: [0, 1, 2, 3, 5, 6],
    lastsMinutes: [11, 28],
    note: undefined,
    tags: ['cause:load'],
  },
  {
    ...SHOP,
    name: 'CartUnreachable',
    service: 'cart',
    output: 'page',
    summary: 'cart does not answer',
    description: 'No instance of it answers; orders cannot be placed.',
    value: 0,
    days: [3],
    times: 2,
    lastsMinutes: [7, 10],
    note: 'moved to the other rack; the switch is being replaced',
    tags: ['cause:network:switch', 'customer:acme', 'customer:globex'],
  },
  {
    ...SHOP,
    name: 'PayProviderDown',
    service: 'pay',
    output: 'page',
    summary: 'the payment provider does not answer',
    description: 'Calls to it time out; payments are queued.',
    value: 1,
    days: [5],
    lastsMinutes: [38, 52],
    note: 'the provider mended it; the queue is empty again',
    tags: ['cause:provider', 'customer:globex'],
  },
  {
    ...SHOP,
    name: 'CartLatencyHigh',
    service: 'cart',
    output: 'page',
    summary: 'cart is slow: p99 above 300 ms',
    description: 'It comes and goes with a job that runs every ten minutes.',
    forMinutes: 1,
    reason: 'condition held for 1m',
    value: 0.34,
    days: [2, 6],
    times: 6,
    lastsMinutes: [2, 6],
    note: undefined,
    tags: ['bogus', 'cause:job:reports'],
  },
  {
    ...SHOP,
    name: 'DiskFillsUp',
    service: 'pay',
    output: 'ticket',
    summary: 'the disk is full in four days at this rate',
    description: 'Old logs are not removed.',
    value: 0.82,
    days: [0, 3],
    lastsMinutes: [90, 260],
    note: 'rotated the logs daily instead of weekly',
    tags: ['cause:logs'],
  },
  {
    ...SHOP,
    name: 'CertificateEndsSoon',
    service: 'front',
    output: 'ticket',
    summary: 'the certificate ends in 13 days',
    description: 'It should have been renewed by itself at 30 days.',
    value: 13,
    days: [1],
    lastsMinutes: [120, 200],
    note: 'renewed; the timer had been off since the move',
    tags: ['cause:automation'],
  },
  {
    ...SHOP,
    name: 'QueueGrows',
    service: 'cart',
    output: 'ticket',
    summary: 'mails to customers wait longer than ten minutes',
    description: 'The queue grows faster than it is worked off.',
    value: 812,
    days: [0, 1, 2, 4, 5, 6],
    times: 2,
    lastsMinutes: [25, 80],
    note: undefined,
    tags: ['cause:load', 'toil'],
  },
  {
    ...SHOP,
    name: 'BackupLate',
    service: 'pay',
    output: 'ticket',
    summary: 'the last backup is older than a day',
    description: 'It waits for a lock that a report holds.',
    value: 91_000,
    days: [2, 5],
    lastsMinutes: [40, 150],
    note: 'ran it by hand',
    tags: ['toil', 'cause:job:reports'],
  },
  {
    ...SHOP,
    name: 'ReleaseOut',
    service: 'front',
    output: 'log',
    summary: 'a release is on its way through the instances',
    description: 'For looking back: what changed when.',
    forMinutes: 0,
    reason: 'expression matches',
    value: 1,
    days: [0, 1, 2, 3, 4],
    times: 2,
    lastsMinutes: [4, 9],
    note: undefined,
    tags: [],
  },
  {
    ...SHOP,
    name: 'RetriesHigh',
    service: 'cart',
    output: 'log',
    summary: 'cart asks pay again more often than usual',
    description: 'No customer notices yet.',
    value: 0.07,
    days: [0, 1, 2, 3, 4, 5, 6],
    times: 3,
    lastsMinutes: [3, 25],
    note: undefined,
    tags: [],
  },
];
