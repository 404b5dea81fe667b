/**
 * The templates that are there before any file is read: those that the fields of receivers name
 * where a configuration says nothing, and those that people call from their own.
 *
 * Names and what they write are Alertmanager's (0.33), but for the HTML of mails, which has its
 * words and links in a layout of our own.
 */

function define(name: string, body: string): string {
  return `{{ define "${name}" }}${body}{{ end }}`;
}

/** One template under a service's names for it. */
function defineAll(names: readonly string[], body: string): string {
  return names.map((name) => define(name, body)).join('');
}

const call = (name: string): string => `{{ template "${name}" . }}`;

const ALERTMANAGER = '__alertmanager';
const LINK = '__alertmanagerURL';
const SUBJECT = '__subject';
const LIST = '__text_alert_list';
const MARKDOWN_LIST = '__text_alert_list_markdown';

const SUBJECT_BODY =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ len .Alerts.Firing }}{{ end }}]' +
  ' {{ join " " .GroupLabels.Values }} ' +
  '{{ if gt (len .CommonLabels) (len .GroupLabels) }}' +
  '({{ join " " (.CommonLabels.Remove .GroupLabels.Names).Values }}){{ end }}';

function pairs(field: 'Labels' | 'Annotations', indent: string): string {
  const pair = `${indent}- {{ .Name }} = {{ .Value }}\n`;
  return `${field}:\n{{ range .${field}.SortedPairs }}${pair}{{ end }}`;
}

const SOURCE = 'Source: {{ .GeneratorURL }}\n';

const LIST_BODY = `{{ range . }}${pairs('Labels', ' ')}${pairs('Annotations', ' ')}${SOURCE}{{ end }}`;

const MARKDOWN_BODY = `{{ range . }}\n${pairs('Labels', '  ')}\n${pairs('Annotations', '  ')}\n${SOURCE}{{ end }}\n`;

const STATES = ['Firing', 'Resolved'] as const;

/** The alerts that fire and those that are over, under a heading each. */
function sections(heading: string, list: string): string {
  return STATES.map(
    (state) =>
      `{{ with .Alerts.${state} }}\n${heading}Alerts ${state}:\n${call(list)}\n{{ end }}\n`,
  ).join('');
}

/** The same, with no line that is empty. */
function tightSections(): string {
  return STATES.map(
    (state) => `{{ with .Alerts.${state} -}}\nAlerts ${state}:\n${call(LIST)}\n{{- end }}`,
  ).join('\n');
}

const COMMON_ANNOTATIONS = '{{ join " " .CommonAnnotations.Values }}\n';
const LOUD = COMMON_ANNOTATIONS + sections('', LIST);
const TIGHT = COMMON_ANNOTATIONS + tightSections();
const PLAIN = `\n${sections('', LIST)}`;
const MARKDOWN = `\n${sections('# ', MARKDOWN_LIST)}`;
const COLOR = '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}';

/** The highest severity of those that fire, or else of those that are over. */
const PRIORITY = [
  '{{ $told := .Alerts.Resolved }}{{ with .Alerts.Firing }}{{ $told = . }}{{ end }}',
  '{{ $rank := 0 }}{{ range $told }}{{ $severity := .Labels.severity }}',
  '{{ if eq $severity "critical" }}{{ $rank = 3 }}',
  '{{ else if and (eq $severity "warning") (lt $rank 2) }}{{ $rank = 2 }}',
  '{{ else if and (eq $severity "info") (lt $rank 1) }}{{ $rank = 1 }}{{ end }}{{ end }}',
  '{{ if eq $rank 3 }}High{{ else if eq $rank 2 }}Medium{{ else if eq $rank 1 }}Low{{ end }}',
].join('');

const FONT = "font-family: 'Helvetica Neue', Helvetica, Arial, sans-serif; font-size: 14px;";
const BANNER = 'padding: 20px; font-size: 16px; color: #fff; text-align: center;';

function mailBanner(color: string): string {
  return [
    `<tr><td style="${BANNER} background-color: ${color};">`,
    '{{ len .Alerts }} alert{{ if gt (len .Alerts) 1 }}s{{ end }} for',
    '{{ range .GroupLabels.SortedPairs }} {{ .Name }}={{ .Value }}{{ end }}</td></tr>',
  ].join('\n');
}

function mailSection(state: (typeof STATES)[number]): string {
  return [
    `{{ with .Alerts.${state} }}`,
    `<tr><td style="padding: 20px 20px 0;"><strong>[{{ len . }}] ${state}</strong></td></tr>`,
    '{{ range . }}<tr><td style="padding: 10px 20px;">',
    '<strong>Labels</strong><br>',
    '{{ range .Labels.SortedPairs }}{{ .Name }} = {{ .Value }}<br>\n{{ end }}',
    '{{ if .Annotations }}<strong>Annotations</strong><br>\n{{ end }}',
    '{{ range .Annotations.SortedPairs }}{{ .Name }} = {{ .Value }}<br>\n{{ end }}',
    '<a href="{{ .GeneratorURL }}">Source</a>',
    '</td></tr>{{ end }}{{ end }}',
  ].join('\n');
}

const MAIL = [
  '',
  '<!DOCTYPE html>',
  '<html>',
  '<head>',
  '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">',
  '<meta name="viewport" content="width=device-width">',
  `<title>${call(SUBJECT)}</title>`,
  '</head>',
  `<body style="margin: 0; padding: 20px; background-color: #f6f6f6; ${FONT}">`,
  '<table width="100%" cellpadding="0" cellspacing="0" role="presentation"',
  `  style="max-width: 600px; margin: 0 auto; background-color: #fff; ${FONT} line-height: 1.6;">`,
  `{{ if .Alerts.Firing }}${mailBanner('#c93a14')}{{ else }}${mailBanner('#3d7a08')}{{ end }}`,
  '<tr><td style="padding: 20px 20px 0;">',
  `<a href="${call(LINK)}" style="font-weight: bold;">View in ${call(ALERTMANAGER)}</a></td></tr>`,
  ...STATES.map(mailSection),
  '<tr><td style="padding: 20px; font-size: 12px; text-align: center;">',
  `<a href="{{ .ExternalURL }}" style="color: #666;">Sent by ${call(ALERTMANAGER)}</a></td></tr>`,
  '</table>',
  '</body>',
  '</html>',
  '',
].join('\n');

/** Which fields of which service are which of the templates above. */
const BY_SERVICE: readonly (readonly [body: string, names: readonly string[]])[] = [
  [
    call(SUBJECT),
    [
      'email.default.subject',
      'slack.default.title',
      'pagerduty.default.description',
      'opsgenie.default.message',
      'victorops.default.entity_display_name',
      'pushover.default.title',
      'sns.default.subject',
      'discord.default.title',
      'msteams.default.summary',
      'msteams.default.title',
      'msteamsv2.default.title',
      'jira.default.summary',
      'rocketchat.default.title',
      'mattermost.default.title',
    ],
  ],
  [
    call(ALERTMANAGER),
    [
      'slack.default.username',
      'pagerduty.default.client',
      'victorops.default.monitoring_tool',
      'rocketchat.default.alias',
      'mattermost.default.username',
    ],
  ],
  [
    call(LINK),
    [
      'slack.default.titlelink',
      'pagerduty.default.clientURL',
      'opsgenie.default.source',
      'pushover.default.url',
      'rocketchat.default.titlelink',
      'mattermost.default.titlelink',
    ],
  ],
  [`${call(SUBJECT)} | ${call(LINK)}`, ['slack.default.fallback', 'mattermost.default.fallback']],
  [COLOR, ['slack.default.color', 'mattermost.default.color']],
  [
    '',
    [
      '__description',
      'slack.default.callbackid',
      'slack.default.pretext',
      'slack.default.iconemoji',
      'slack.default.iconurl',
      'slack.default.text',
      'slack.default.footer',
      'wechat.default.to_user',
      'wechat.default.to_party',
      'wechat.default.to_tag',
      'wechat.default.agent_id',
      'discord.default.content',
      'rocketchat.default.emoji',
      'rocketchat.default.iconurl',
      'rocketchat.default.text',
    ],
  ],
  [call(LIST), ['pagerduty.default.instances']],
  [TIGHT, ['opsgenie.default.description', 'victorops.default.state_message']],
  [LOUD, ['pushover.default.message', 'sns.default.message', 'webex.default.message']],
  [PLAIN, ['telegram.default.message', 'discord.default.message']],
  [
    MARKDOWN,
    [
      'msteams.default.text',
      'msteamsv2.default.text',
      'jira.default.description',
      'mattermost.default.text',
    ],
  ],
];

/** All of them, in one text. */
export const DEFAULT_TEMPLATES: string = [
  define(ALERTMANAGER, 'Alertmanager'),
  define(LINK, '{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}'),
  define(SUBJECT, SUBJECT_BODY),
  define(LIST, LIST_BODY),
  define(MARKDOWN_LIST, MARKDOWN_BODY),
  define('email.default.html', MAIL),
  define('wechat.default.message', `${call(SUBJECT)}\n${TIGHT}\nAlertmanagerUrl:\n${call(LINK)}`),
  define('jira.default.priority', PRIORITY),
  ...BY_SERVICE.map(([body, names]) => defineAll(names, body)),
].join('\n');
