/**
 * Configurations with the verdict of Alertmanager 0.33, for tests. `refused` is what our fault
 * says; where it is absent, the configuration is accepted. Each stands for one rule of its reader.
 */
export interface VerdictCase {
  readonly name: string;
  readonly text: string;
  readonly refused?: RegExp;
}

const RECEIVER = 'receivers: [{ name: a }]\n';

function receiver(yaml: string, global = ''): string {
  const inner = yaml.replaceAll(/^/gm, '    ');
  const settings = global === '' ? '' : `global:\n${global.replaceAll(/^/gm, '  ')}\n`;
  return `${settings}route: { receiver: a }\nreceivers:\n  - name: a\n${inner}\n`;
}

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
  {
    name: 'a webhook',
    text: receiver(
      'webhook_configs: [{ url: "http://x/", max_alerts: 5, timeout: 1m30s, payload: { a: [1, "{{ .Status }}"] } }]',
    ),
  },
  {
    name: 'a webhook with a template',
    text: receiver('webhook_configs: [{ url: "{{ .GroupLabels.url }}" }]'),
  },
  {
    name: 'a webhook to a file',
    text: receiver('webhook_configs: [{ url: "file:///x" }]'),
    refused: /must be an address/,
  },
  {
    name: 'a webhook without address',
    text: receiver('webhook_configs: [{}]'),
    refused: /needs url or url_file/,
  },
  {
    name: 'a webhook with both',
    text: receiver('webhook_configs: [{ url: "http://x/", url_file: y }]'),
    refused: /at most one of url and url_file/,
  },
  {
    name: 'a webhook of fewer than no alerts',
    text: receiver('webhook_configs: [{ url: "http://x/", max_alerts: -1 }]'),
    refused: /whole number from 0/,
  },
  {
    name: 'a timeout in days',
    text: receiver('webhook_configs: [{ url: "http://x/", timeout: 1d }]'),
    refused: /is not a duration/,
  },
  {
    name: 'two ways to sign in',
    text: receiver(
      'webhook_configs: [{ url: "http://x/", http_config: { bearer_token: a, basic_auth: { username: b } } }]',
    ),
    refused: /at most one of/,
  },
  {
    name: 'mail',
    text: receiver(
      'email_configs: [{ to: a, headers: { subject: x }, tls_config: { insecure_skip_verify: true }, threading: { enabled: true, thread_by_date: daily } }]',
      'smtp_smarthost: "[::1]:25"\nsmtp_from: b',
    ),
  },
  {
    name: 'mail to nobody',
    text: receiver('email_configs: [{ smarthost: "x:25", from: b }]'),
    refused: /needs to/,
  },
  {
    name: 'mail from nobody',
    text: receiver('email_configs: [{ to: a, smarthost: "x:25" }]'),
    refused: /needs from, or global smtp_from/,
  },
  {
    name: 'mail by nothing',
    text: receiver('email_configs: [{ to: a, from: b }]'),
    refused: /needs smarthost, or global/,
  },
  {
    name: 'mail by no port',
    text: receiver('email_configs: [{ to: a, from: b, smarthost: x }]'),
    refused: /want host:port/,
  },
  {
    name: 'a header twice',
    text: receiver(
      'email_configs: [{ to: a, from: b, smarthost: "x:25", headers: { subject: x, Subject: y } }]',
    ),
    refused: /header "Subject" stands twice/,
  },
  {
    name: 'threads of no kind',
    text: receiver(
      'email_configs: [{ to: a, from: b, smarthost: "x:25", threading: { enabled: true } }]',
    ),
    refused: /needs thread_by_date/,
  },
  {
    name: 'PagerDuty',
    text: receiver(
      'pagerduty_configs: [{ routing_key: a, details: { x: { y: 1 } }, images: [{ src: a }], links: [{ href: b }] }]',
    ),
  },
  {
    name: 'PagerDuty without key',
    text: receiver('pagerduty_configs: [{}]'),
    refused: /needs routing_key or service_key/,
  },
  {
    name: 'Opsgenie',
    text: receiver('opsgenie_configs: [{ api_key: a, responders: [{ id: x, type: Team }] }]'),
  },
  {
    name: 'a responder of no kind',
    text: receiver('opsgenie_configs: [{ api_key: a, responders: [{ id: x, type: dog }] }]'),
    refused: /must be one of team/,
  },
  {
    name: 'a responder without name',
    text: receiver('opsgenie_configs: [{ api_key: a, responders: [{ type: team }] }]'),
    refused: /needs one of id, name and username/,
  },
  {
    name: 'Slack',
    text: receiver(
      'slack_configs: [{ api_url: "http://x/", actions: [{ type: button, text: a, url: b }], fields: [{ title: a, value: b, short: true }] }]',
    ),
  },
  { name: 'a Slack app', text: receiver('slack_configs: [{ channel: x }]', 'slack_app_token: a') },
  {
    name: 'a Slack app with other credentials',
    text: receiver(
      'slack_configs: [{ app_token: b, http_config: { authorization: { credentials: c } } }]',
    ),
    refused: /goes without the token of a Slack app/,
  },
  {
    name: 'an action of Slack without name',
    text: receiver(
      'slack_configs: [{ api_url: "http://x/", actions: [{ type: button, text: a }] }]',
    ),
    refused: /needs name or url/,
  },
  {
    name: 'a field of Slack without value',
    text: receiver('slack_configs: [{ api_url: "http://x/", fields: [{ title: a }] }]'),
    refused: /needs value/,
  },
  {
    name: 'VictorOps',
    text: receiver('victorops_configs: [{ api_key: a, routing_key: b, custom_fields: { x: y } }]'),
  },
  {
    name: 'a reserved field of VictorOps',
    text: receiver(
      'victorops_configs: [{ api_key: a, routing_key: b, custom_fields: { entity_id: y } }]',
    ),
    refused: /must not have entity_id/,
  },
  {
    name: 'Pushover',
    text: receiver(
      'pushover_configs: [{ user_key: a, token: b, retry: 30s, ttl: 1h, html: true }]',
    ),
  },
  {
    name: 'Pushover with two looks',
    text: receiver('pushover_configs: [{ user_key: a, token: b, html: true, monospace: true }]'),
    refused: /at most one of html and monospace/,
  },
  {
    name: 'Pushover to nobody',
    text: receiver('pushover_configs: [{ token: b }]'),
    refused: /needs user_key/,
  },
  {
    name: 'SNS',
    text: receiver(
      'sns_configs: [{ topic_arn: a, sigv4: { region: x, access_key: b, secret_key: c }, attributes: { k: v } }]',
    ),
  },
  {
    name: 'SNS with half of its key',
    text: receiver('sns_configs: [{ topic_arn: a, sigv4: { access_key: b } }]'),
    refused: /needs both of access_key and secret_key/,
  },
  {
    name: 'Telegram',
    text: receiver('telegram_configs: [{ bot_token: a, chat_id: -100123, parse_mode: "" }]'),
  },
  {
    name: 'a chat of Telegram by name',
    text: receiver('telegram_configs: [{ bot_token: a, chat_id: "@room" }]'),
    refused: /chat_id must be a whole number/,
  },
  {
    name: 'a look that Telegram has not',
    text: receiver('telegram_configs: [{ bot_token: a, chat_id: 1, parse_mode: html }]'),
    refused: /parse_mode must be one of/,
  },
  {
    name: 'Discord',
    text: receiver('discord_configs: [{ webhook_url: "http://x/", content: a }]'),
  },
  {
    name: 'Discord without address',
    text: receiver('discord_configs: [{}]'),
    refused: /needs webhook_url/,
  },
  {
    name: 'Webex',
    text: receiver(
      'webex_configs: [{ room_id: a, http_config: { authorization: { credentials: b } } }]',
    ),
  },
  {
    name: 'Webex without token',
    text: receiver('webex_configs: [{ room_id: a }]'),
    refused: /needs http_config.authorization/,
  },
  {
    name: 'Teams',
    text: receiver(
      'msteams_configs: [{ webhook_url: "http://x/" }]\nmsteamsv2_configs: [{ webhook_url_file: y }]',
    ),
  },
  {
    name: 'summaries, which the newer Teams has not',
    text: receiver('msteamsv2_configs: [{ webhook_url: "http://x/", summary: y }]'),
    refused: /"summary" is not known/,
  },
  {
    name: 'Jira',
    text: receiver(
      'jira_configs: [{ project: a, issue_type: b, summary: { template: c, enable_update: false }, description: d, reopen_duration: 1d, fields: { customfield_1: { id: 1 } } }]',
      'jira_api_url: http://x/',
    ),
  },
  {
    name: 'Jira nowhere',
    text: receiver('jira_configs: [{ project: a, issue_type: b }]'),
    refused: /needs api_url, or global jira_api_url/,
  },
  {
    name: 'Jira of no kind',
    text: receiver(
      'jira_configs: [{ api_url: "http://x/", project: a, issue_type: b, api_type: c }]',
    ),
    refused: /api_type must be one of/,
  },
  {
    name: 'incident.io',
    text: receiver('incidentio_configs: [{ url: "http://x/", alert_source_token: a }]'),
  },
  {
    name: 'incident.io with nothing to sign in by',
    text: receiver('incidentio_configs: [{ url: "http://x/", http_config: {} }]'),
    refused: /needs alert_source_token or/,
  },
  {
    name: 'WeChat',
    text: receiver('wechat_configs: [{ api_secret: a, corp_id: b, message_type: markdown }]'),
  },
  {
    name: 'WeChat without company',
    text: receiver('wechat_configs: [{ api_secret: a }]'),
    refused: /needs corp_id/,
  },
  {
    name: 'WeChat of no kind',
    text: receiver('wechat_configs: [{ api_secret: a, corp_id: b, message_type: html }]'),
    refused: /message_type must be one of/,
  },
  {
    name: 'Rocket.Chat',
    text: receiver(
      'rocketchat_configs: [{ channel: a, actions: [{ type: b, imageurl: c, iswebview: true }], fields: [{ title: a }] }]',
      'rocketchat_token: x\nrocketchat_token_id: y',
    ),
  },
  {
    name: 'Rocket.Chat without token',
    text: receiver('rocketchat_configs: [{ token_id: a }]'),
    refused: /needs token or token_file, or global/,
  },
  {
    name: 'Mattermost',
    text: receiver(
      'mattermost_configs: [{ webhook_url: "http://x/", attachments: [{ text: a, fields: [{ title: a, value: b }] }], props: { card: c }, priority: { priority: urgent, requested_ack: true } }]',
    ),
  },
  {
    name: 'a field of an attachment without value',
    text: receiver(
      'mattermost_configs: [{ webhook_url: "http://x/", attachments: [{ fields: [{ title: a }] }] }]',
    ),
    refused: /needs value/,
  },
  { name: 'a hidden address', text: receiver('discord_configs: [{ webhook_url: <secret> }]') },
  {
    name: 'an address with a broken escape',
    text: receiver('discord_configs: [{ webhook_url: "http://x/%zz" }]'),
    refused: /% that is no escape/,
  },
  {
    name: 'two secrets in global',
    text: receiver('slack_configs: [{}]', 'slack_api_url: http://x/\nslack_api_url_file: y'),
    refused: /at most one of slack_api_url/,
  },
  { name: 'tracing', text: `route: { receiver: a }\n${RECEIVER}tracing: { endpoint: x }\n` },
];
