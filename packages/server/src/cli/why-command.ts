/** `nines why`: why an alert is there, or why a rule does not fire. */
import type { Explanation } from '@nines/contract';
import { createSystemClock } from '../platform/index.ts';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { readTime } from './read-time.ts';
import { connectServer } from './server-client.ts';
import { formatExplanation } from './why-text.ts';

/** How ids of alerts begin; no rule is called so. */
const ALERT_ID = /^al_/;

export const whyCommand: Command = {
  name: 'why',
  operands: 'ALERT|RULE',
  summary: 'why an alert is there, or why a rule does not fire, now or in the past',
  options: {
    at: {
      type: 'string',
      value: 'TIME',
      summary: 'as of when: how long ago, RFC 3339 or seconds since 1970 (default now)',
    },
    group: {
      type: 'string',
      value: 'NAME',
      summary: 'the group of the rule, where several have one of that name',
    },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [subject, ...rest] = input.operands;
    if (subject === undefined || rest.length > 0) {
      context.stderr('nines why: give the id of an alert or the name of a rule\n');
      return EXIT.usage;
    }
    const at = input.text('at');
    const group = input.text('group');
    const { client } = connectServer(input, context);
    const explanation: Explanation = await client('explain', {
      query: {
        ...(ALERT_ID.test(subject) ? { alert: subject } : { rule: subject }),
        ...(group === undefined ? {} : { group }),
        ...(at === undefined ? {} : { at: readTime('at', at, createSystemClock().now()) }),
      },
    });
    if (input.has('json')) context.stdout(`${JSON.stringify(explanation)}\n`);
    else context.stdout(formatExplanation(explanation));
    return EXIT.ok;
  },
};
