/**
 * Configurations with the verdict of Alertmanager 0.33, for tests. `refused` is what our fault
 * says; where it is absent, the configuration is accepted. Each stands for one rule of its reader.
 */
import { RECEIVER_CASES, type VerdictCase } from './receiver-testing.ts';

const RECEIVER = 'receivers: [{ name: a }]\n';

function routed(yaml: string): string {
  return `route:\n  receiver: a\n${yaml.replaceAll(/^/gm, '  ')}\n${RECEIVER}`;
}

function during(yaml: string): string {
  return `route: { receiver: a }\n${RECEIVER}time_intervals:\n  - name: n\n    time_intervals:\n      - ${yaml}\n`;
}

export const VERDICT_CASES: readonly VerdictCase[] = [
  { name: 'nothing but a route', text: `route: { receiver: a }\n${RECEIVER}` },
  { name: 'an empty file', text: '', refused: /there is no route/ },
  { name: 'no route', text: RECEIVER, refused: /there is no route/ },
  {
    name: 'a root without receiver',
    text: `route: {}\n${RECEIVER}`,
    refused: /must name a receiver/,
  },
  {
    name: 'an unknown receiver',
    text: `route: { receiver: b }\n${RECEIVER}`,
    refused: /undefined receiver "b"/,
  },
  {
    name: 'a receiver twice',
    text: 'route: { receiver: a }\nreceivers: [{ name: a }, { name: a }]\n',
    refused: /stands twice, first in line 2/,
  },
  {
    name: 'a receiver without a name',
    text: 'route: { receiver: a }\nreceivers: [{ name: a }, {}]\n',
    refused: /needs name/,
  },
  {
    name: 'labels of a receiver',
    text: 'route: { receiver: a }\nreceivers: [{ name: a, labels: { team: x, name: a } }]\n',
  },
  {
    name: 'another name in labels',
    text: 'route: { receiver: a }\nreceivers: [{ name: a, labels: { name: b } }]\n',
    refused: /must be the receiver's name/,
  },
  {
    name: 'an unknown field',
    text: `route: { receiver: a }\nrecivers: []\n${RECEIVER}`,
    refused: /did you mean "receivers"/,
  },
  {
    name: 'a field twice',
    text: `route: { receiver: a }\nroute: { receiver: a }\n${RECEIVER}`,
    refused: /stands twice/,
  },
  {
    name: 'a root that continues',
    text: routed('continue: true'),
    refused: /root route must not say continue/,
  },
  {
    name: 'a root with matchers',
    text: routed('matchers: [a=b]'),
    refused: /must not have any matchers/,
  },
  { name: 'a root with empty matchers', text: routed('matchers: []') },
  {
    name: 'a root that is muted',
    text: routed('mute_time_intervals: [n]'),
    refused: /must not have mute_time_intervals/,
  },
  { name: 'grouping by all', text: routed("group_by: ['...']") },
  {
    name: 'grouping by all and another',
    text: routed("group_by: ['...', a]"),
    refused: /goes without others/,
  },
  { name: 'grouping twice by one', text: routed('group_by: [a, a]'), refused: /stands twice/ },
  { name: 'grouping by nothing', text: routed('group_by: []') },
  {
    name: 'grouping by an empty name',
    text: routed("group_by: ['']"),
    refused: /empty label name/,
  },
  { name: 'grouping by any name', text: routed("group_by: ['a b', 'é']") },
  {
    name: 'a group interval of zero',
    text: routed('group_interval: 0s'),
    refused: /group_interval cannot be zero/,
  },
  {
    name: 'a repeat interval of zero',
    text: routed('repeat_interval: 0s'),
    refused: /repeat_interval cannot be zero/,
  },
  { name: 'no wait', text: routed('group_wait: 0s') },
  { name: 'a duration in Go', text: routed('group_wait: 1.5h'), refused: /duration/ },
  {
    name: 'labels of a route, which come with 0.34',
    text: routed('labels: { a: b }'),
    refused: /"labels" is not known/,
  },
  {
    name: 'matchers in all ways',
    text: routed(
      'routes:\n  - match: { a: b }\n    match_re: { c: d|e }\n    matchers: [f=g, \'h!~"i"\', \'{j=k, "l m"=~"n"}\']',
    ),
  },
  {
    name: 'a bad matcher',
    text: routed('routes: [{ matchers: [a] }]'),
    refused: /bad matcher format: a /,
  },
  {
    name: 'a bad expression',
    text: routed('routes: [{ matchers: [\'a=~"("\'] }]'),
    refused: /missing/,
  },
  {
    name: 'a bad expression of old',
    text: routed("routes: [{ match_re: { a: '(' } }]"),
    refused: /missing/,
  },
  {
    name: 'a name that match does not know',
    text: routed("routes: [{ match: { 'a.b': c } }]"),
    refused: /not a valid label name in match; use matchers/,
  },
  {
    name: 'an unknown interval',
    text: routed('routes: [{ active_time_intervals: [n] }]'),
    refused: /undefined time interval "n"/,
  },
  {
    name: 'inhibition',
    text: `route: { receiver: a }\n${RECEIVER}inhibit_rules:\n  - name: x\n    source_matchers: [a=b]\n    target_match: { c: d }\n    equal: [e, 'f g']\n`,
  },
  {
    name: 'inhibition by nothing',
    text: `route: { receiver: a }\n${RECEIVER}inhibit_rules: [{}]\n`,
  },
  {
    name: 'inhibition equal in an empty name',
    text: `route: { receiver: a }\n${RECEIVER}inhibit_rules: [{ equal: [''] }]\n`,
    refused: /empty label name/,
  },
  {
    name: 'templates',
    text: `route: { receiver: a }\n${RECEIVER}templates: ['/nowhere/*.tmpl', 'x[ab]']\n`,
  },
  {
    name: 'all of a calendar',
    text: during(
      "{ times: [{ start_time: '09:00', end_time: '24:00' }], weekdays: ['monday:friday', Sunday], days_of_month: ['1:5', '-3:-1', '5:-1'], months: ['january:3', may], years: ['2020:2030'], location: Europe/Berlin }",
    ),
  },
  {
    name: 'a time that is none',
    text: during("{ times: [{ start_time: '9:00', end_time: '10:00' }] }"),
    refused: /"9:00" is not a time of day/,
  },
  {
    name: 'a night in one',
    text: during("{ times: [{ start_time: '22:00', end_time: '06:00' }] }"),
    refused: /before end_time/,
  },
  {
    name: 'no end of a time',
    text: during("{ times: [{ start_time: '22:00' }] }"),
    refused: /needs start_time and end_time/,
  },
  {
    name: 'a weekday that is none',
    text: during('{ weekdays: [mon] }'),
    refused: /"mon" is none of weekdays/,
  },
  {
    name: 'weekdays backwards',
    text: during("{ weekdays: ['friday:monday'] }"),
    refused: /week begins with sunday/,
  },
  { name: 'day 0', text: during("{ days_of_month: ['0'] }"), refused: /from 1 to 31/ },
  {
    name: 'days from the end to the start',
    text: during("{ days_of_month: ['-3:1'] }"),
    refused: /must end below 0/,
  },
  {
    name: 'days that are always backwards',
    text: during("{ days_of_month: ['29:-1'] }"),
    refused: /before it begins/,
  },
  {
    name: 'months backwards',
    text: during("{ months: ['may:april'] }"),
    refused: /before it begins/,
  },
  {
    name: 'years backwards',
    text: during("{ years: ['2030:2020'] }"),
    refused: /before it begins/,
  },
  {
    name: 'an unknown place',
    text: during('{ location: Mars/Olympus }'),
    refused: /not a time zone/,
  },
  {
    name: 'an offset for a place',
    text: during("{ location: '+02:00' }"),
    refused: /not a time zone/,
  },
  { name: 'the place of the machine', text: during('{ location: Local }') },
  {
    name: 'an interval twice',
    text: `route: { receiver: a }\n${RECEIVER}mute_time_intervals: [{ name: n }]\ntime_intervals: [{ name: n }]\n`,
    refused: /"n" is not unique/,
  },
  ...RECEIVER_CASES,
  { name: 'tracing', text: `route: { receiver: a }\n${RECEIVER}tracing: { endpoint: x }\n` },
];
