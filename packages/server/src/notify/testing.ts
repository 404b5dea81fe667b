/** A message for tests of what carries messages. */
import { createLabels } from '../series/index.ts';
import type { Message, MessageAlert } from './model.ts';

export const FIRED_AT = Date.parse('2026-01-02T03:04:05.678Z');

/** A page about a checkout that fails; what a test is about is said in `more`. */
export function createSampleMessage(
  more: Partial<Message> & { readonly about?: Partial<MessageAlert> } = {},
): Message {
  const { about, ...rest } = more;
  return {
    pageId: 'pg_1',
    kind: 'page',
    isTest: false,
    isRepeat: false,
    title: 'Checkout: 3.1 % of orders fail',
    body: 'HighErrors has held for 5m.',
    step: 1,
    policy: 'default',
    ...rest,
    alert: {
      id: 'al_1',
      name: 'HighErrors',
      summary: 'Checkout: 3.1 % of orders fail',
      output: 'page',
      fingerprint: '791cec13fcba0368',
      labels: createLabels({ alertname: 'HighErrors', job: 'checkout' }),
      annotations: { summary: 'Checkout: 3.1 % of orders fail' },
      value: 0.031,
      service: 'checkout',
      owner: 'Payments',
      playbook: 'https://wiki.example/checkout',
      firedAtMs: FIRED_AT,
      resolvedAtMs: undefined,
      ...about,
    },
  };
}
