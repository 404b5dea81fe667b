/** Receivers with the verdict of Alertmanager 0.33; each stands for one rule of their readers. */
/** `refused` is what our fault says; where it is absent, the configuration is accepted. */
export interface VerdictCase {
  readonly name: string;
  readonly text: string;
  readonly refused?: RegExp;
}

function receiver(yaml: string, global = ''): string {
  const inner = yaml.replaceAll(/^/gm, '    ');
  const settings = global === '' ? '' : `global:\n${global.replaceAll(/^/gm, '  ')}\n`;
  return `${settings}route: { receiver: a }\nreceivers:\n  - name: a\n${inner}\n`;
}

export const RECEIVER_CASES: readonly VerdictCase[] = [
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
];
