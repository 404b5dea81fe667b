/** One receiver with each integration twice: as it comes, and with every field that it has. */

export interface SenderTargets {
  /** Of the fake services. */
  readonly url: string;
  /** Of the fake mail server. */
  readonly smarthost: string;
  /** Patterns of template files. */
  readonly templates: string;
  /** A file with the address of a webhook. */
  readonly urlFile: string;
}

const CONFIG = `global:
  resolve_timeout: 1h
  http_config: { follow_redirects: true }
templates: ['@templates@']
route:
  receiver: 'all.of-them'
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
receivers:
- name: 'all.of-them'
  webhook_configs:
  - url: '@url@/webhook/plain/{{ .Status }}'
  - url_file: '@url-file@'
    payload:
      text: '{{ template "own.all" . }}'
      count: '{{ len .Alerts }}'
      nested: { list: ['{{ .Status }}', 1, true, null], '{{ .Status }}': '{{ .CommonLabels | toJson }}' }
      alerts: '{{ .Alerts.Firing | toJson }}'
    http_config:
      basic_auth: { username: ana, password: secret }
      http_headers: { X-Own: { values: [one] } }
  email_configs:
  - to: ana@example.com
    from: 'Nines <nines@example.com>'
    smarthost: '@smarthost@'
    auth_username: mailer
    auth_password: secret
    require_tls: false
    send_resolved: true
  - to: 'ana@example.com, "Bo, B." <bo@example.com>'
    from: nines@example.com
    smarthost: '@smarthost@'
    auth_username: mailer
    auth_password: secret
    require_tls: false
    send_resolved: true
    headers: { subject: 'é {{ .Status }} {{ template "own.title" . }}', x-own: plain, Reply-To: 'x@example.com' }
    html: '{{ template "own.html" . }}'
    text: '{{ template "own.all" . }}'
    threading: { enabled: true, thread_by_date: none }
  slack_configs:
  - api_url: '@url@/slack/plain'
    send_resolved: true
  - api_url: '@url@/slack/full'
    send_resolved: true
    channel: '#{{ .GroupLabels.alertname }}'
    username: '{{ .Status }}'
    color: '{{ if eq .Status "firing" }}#f00{{ else }}#0f0{{ end }}'
    title: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}'
    title_link: '{{ .ExternalURL }}/x'
    pretext: pre
    text: '{{ template "own.all" . }}'
    message_text: 'top {{ .Status }}'
    short_fields: true
    fields: [{ title: a, value: '{{ len .Alerts }}' }, { title: b, value: c, short: false }]
    footer: foot
    fallback: fall
    callback_id: back
    icon_emoji: ':x:'
    icon_url: http://x/i
    image_url: http://x/j
    thumb_url: http://x/k
    link_names: true
    mrkdwn_in: [text]
    actions:
    - { type: button, text: go, url: 'http://x/{{ .Status }}', style: primary }
    - { type: button, text: do, name: n, value: v, confirm: { text: sure, title: t, ok_text: o, dismiss_text: d } }
  pagerduty_configs:
  - routing_key: '{{ .Status }}-key'
    url: '@url@/pagerduty/plain'
  - routing_key: key
    url: '@url@/pagerduty/full'
    client: c
    client_url: u
    description: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}'
    severity: '{{ .CommonLabels.severity }}'
    class: a
    component: b
    group: g
    source: s
    details: { firing: none, own: '{{ .CommonLabels | toJson }}', deep: { x: ['{{ .Status }}', 2] } }
    images: [{ src: 'http://x/{{ .Status }}', alt: a, href: h }, { alt: left-out }]
    links: [{ href: http://x, text: t }, { text: left-out }]
  discord_configs:
  - webhook_url: '@url@/discord/plain'
  - webhook_url: '@url@/discord/full'
    content: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}'
    title: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}'
    message: '{{ template "own.all" . }}'
    username: u
    avatar_url: http://x/a
  msteams_configs:
  - webhook_url: '@url@/msteams/plain'
  - webhook_url: '@url@/msteams/full'
    title: '{{ template "own.title" . }}'
    summary: s
    text: '{{ template "own.all" . }}'
  msteamsv2_configs:
  - webhook_url: '@url@/msteamsv2/plain'
  - webhook_url: '@url@/msteamsv2/full'
    title: '{{ template "own.title" . }}'
    text: '{{ template "own.all" . }}'
  mattermost_configs:
  - webhook_url: '@url@/mattermost/plain'
  - webhook_url: '@url@/mattermost/full'
    channel: c
    username: u
    text: '{{ template "own.all" . }}'
    icon_url: http://x/i
    icon_emoji: e
    attachments:
    - { fallback: f, color: c, pretext: p, text: t, author_name: a, author_link: l, author_icon: i, title: t, title_link: k, fields: [{ title: x, value: y, short: true }], thumb_url: b, footer: o, footer_icon: n, image_url: m }
    type: custom_x
    props: { card: 'card {{ .Status }}' }
    priority: { priority: Important, requested_ack: true, persistent_notifications: true }
  telegram_configs:
  - api_url: '@url@/telegram-plain'
    bot_token: '1:token'
    chat_id: -100
  - api_url: '@url@/telegram-full'
    bot_token: '1:token'
    chat_id: 7
    message_thread_id: 3
    disable_notifications: true
    parse_mode: MarkdownV2
    message: '{{ template "own.all" . }}'
  - api_url: '@url@/telegram-html'
    bot_token: '1:token'
    chat_id: 8
    message: '<b>{{ template "own.title" . }}</b> {{ template "own.html" . }}'
  opsgenie_configs:
  - api_url: '@url@/opsgenie/plain'
    api_key: key
  - api_url: '@url@/opsgenie/full?x=y'
    api_key: '{{ .Status }}'
    message: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}'
    description: d
    source: s
    details: { own: '{{ .Status }}' }
    entity: e
    responders:
    - { name: '{{ .CommonLabels.team }}', type: team }
    - { name: 'a,b', type: teams }
    - { id: i, type: user }
    - { username: '{{ .CommonLabels.none }}', type: '{{ .CommonLabels.none }}' }
    actions: 'x,y'
    tags: ' a,,b '
    note: n
    priority: P2
    update_alerts: true
  victorops_configs:
  - api_url: '@url@/victorops/plain'
    api_key: key
    routing_key: '{{ .CommonLabels.team }}'
  - api_url: '@url@/victorops/full/'
    api_key: key
    routing_key: r
    message_type: '{{ .CommonLabels.severity }}'
    state_message: '{{ template "own.all" . }}'
    entity_display_name: e
    monitoring_tool: m
    custom_fields: { own: '{{ .Status }}' }
  webex_configs:
  - api_url: '@url@/webex/plain'
    room_id: room
    http_config: { authorization: { credentials: token } }
  - api_url: '@url@/webex/full'
    room_id: '{{ .Status }}'
    message: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}'
    http_config: { authorization: { type: Own, credentials: token } }
  rocketchat_configs:
  - api_url: '@url@/rocketchat/plain'
    token: t
    token_id: i
    send_resolved: true
  - api_url: '@url@/rocketchat/full'
    token: t
    token_id: i
    channel: '#{{ .Status }}'
    color: c
    title: '{{ template "own.title" . }}'
    title_link: l
    text: '{{ template "own.all" . }}'
    fields: [{ title: a, value: b }, { title: c, value: d, short: true }]
    short_fields: false
    emoji: e
    icon_url: i
    image_url: j
    thumb_url: k
    actions: [{ type: button, text: t, url: u, msg: m }]
    send_resolved: true
  wechat_configs:
  - api_url: '@url@/wechat/plain'
    api_secret: s
    corp_id: '{{ .Receiver }}'
    send_resolved: true
  - api_url: '@url@/wechat/full/'
    api_secret: '{{ .Receiver }}'
    corp_id: c
    message: '{{ template "own.all" . }}'
    message_type: markdown
    to_user: u
    to_party: p
    to_tag: t
    agent_id: a
    send_resolved: true
  jira_configs:
  - api_url: '@url@/jira/none/rest/api/2'
    project: '{{ .Status }}'
    issue_type: Bug
  - api_url: '@url@/jira/open/rest/api/2/'
    api_type: cloud
    project: OPS
    issue_type: Bug
    summary: { template: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}', enable_update: true }
    description: { template: '{{ template "own.all" . }}', enable_update: false }
    labels: [z, '{{ .Status }}']
    priority: '{{ template "jira.default.priority" . }}'
    resolve_transition: Done
    reopen_transition: Again
    reopen_duration: 90m
    wont_fix_resolution: Won't "do"
    fields: { customfield_1: '{{ .CommonLabels | toJson }}', components: [{ name: '{{ .Status }}' }] }
  - api_url: '@url@/jira/done/rest/api/3'
    api_type: datacenter
    project: OPS
    issue_type: Bug
    description: '{"type":"doc","text":{{ .Status | toJson }}}'
    reopen_transition: Again
    reopen_duration: 2h
  incidentio_configs:
  - url: '@url@/incidentio/plain'
    alert_source_token: token
  - url: '@url@/incidentio/full'
    max_alerts: 1
    http_config: { authorization: { credentials: token } }
`;

/** The configuration for some targets. */
export function formatSenderConfig({ url, smarthost, templates, urlFile }: SenderTargets): string {
  return CONFIG.replaceAll('@url-file@', urlFile)
    .replaceAll('@url@', url)
    .replaceAll('@smarthost@', smarthost)
    .replaceAll('@templates@', templates);
}

/** A file of templates that calls every function, and puts values wherever HTML has room for them. */
export const OWN_TEMPLATES = `
{{ define "own.title" }}{{ .GroupLabels.alertname | title }} & <{{ .CommonLabels.team }}>{{ end }}
{{ define "own.all" -}}
{{ .Receiver }} {{ .Status | toUpper }} {{ "ÄB" | toLower }} {{ "it's a  BIG one" | title }} [{{ "  x " | trimSpace }}]
{{ .CommonLabels }} {{ .GroupLabels.SortedPairs }} {{ .CommonLabels.Names }} {{ .CommonAnnotations.Values }}
{{ .CommonLabels.Remove (stringSlice "team" "none") }} {{ (.CommonLabels.Remove .GroupLabels.Names).Names | join "," }}
{{ match "^a.*z$" "abcz" }} {{ reReplaceAll "(a)(b*)" "$2-\${1}" "abb ab a" }} {{ safeHtml "<b>" }} {{ safeUrl "x:y" }}
{{ urlUnescape "a%20b+c%C3%A9" }} {{ "a b&c/é" | urlquery }} {{ html "<&>" }} {{ js "it's" }}
{{ humanizeDuration 93784 }} {{ humanizeDuration 0.25 }} {{ len (list 1 "a" true) }} {{ index (append (list 1) 2 3) 2 }}
{{ (dict "a" 1 "b" "x").b }} {{ (dict "a" 1).none }} {{ printf "%q %5.2f %v" "x" 1.5 .CommonLabels }}
{{ range .Alerts }}{{ .StartsAt }} {{ .StartsAt.Format "2006-01-02T15:04:05Z07:00" }} {{ .StartsAt | tz "Europe/Berlin" | date "Mon, 02 Jan 2006 15:04 MST -0700" }}
{{ .StartsAt | tz "America/New_York" | date "3:04PM MST" }} {{ date "Jan _2" .EndsAt }} {{ .EndsAt.IsZero }} {{ .StartsAt.Unix }} {{ .Fingerprint }} {{ .GeneratorURL }}
{{ .Labels.SortedPairs.Names | join ";" }} {{ .Annotations.summary }} {{ .Labels | toJson }}
{{ end }}{{ .Alerts.Firing | toJson }} {{ toJson .GroupLabels.SortedPairs }} {{ toJson "<&>é" }} {{ toJson (dict "z" (list 1 2.5 nil) "a" false) }}
{{ with .Alerts.Resolved }}{{ len . }} over{{ else }}none over{{ end }} {{ .NotificationReason }} {{ .ExternalURL }}
{{- end }}
{{ define "own.cell" }}<td title="{{ . }}" data-x='{{ . }}' class={{ . }}>{{ . }}</td>{{ end }}
{{ define "own.link" }}{{ .ExternalURL }}/?q={{ .CommonLabels.team }}&r={{ .Receiver | urlquery }}{{ end }}
{{ define "own.html" }}<!-- left out {{ .Status }} --><p style="color: {{ .CommonLabels.severity }}">{{ template "own.title" . }} 1 < 2</p>
{{ range .Alerts }}<table><tr>{{ template "own.cell" .Annotations.summary }}{{ template "own.cell" .Labels.team }}</tr></table>
<a href="{{ .GeneratorURL }}">{{ .GeneratorURL }}</a><a href="/x/{{ .Annotations.summary }}?a={{ .Annotations.summary }}#{{ .Labels.team }}">x</a>
<a href="{{ .Annotations.summary }}">y</a><a href='{{ template "own.link" $ }}'>z</a><img src={{ .GeneratorURL }} alt="{{ if .Annotations.none }}a{{ else }}{{ .Status }}{{ end }}">
{{ .Annotations.summary | safeHtml }} {{ .Annotations.summary | html }}{{ break }}{{ end }}<title>{{ .CommonLabels }}</title><style>p { color: {{ .CommonLabels.severity }} } /* gone */</style>{{ end }}
`;

/**
 * Templates that packages of Alertmanager lack: they are built with those of an older release, and
 * then send nothing by these services. Both sides have them from a file.
 */
export const LATE_TEMPLATES = [
  'slack.default.color',
  'msteams.default.summary',
  'msteams.default.title',
  'msteams.default.text',
  'msteamsv2.default.title',
  'msteamsv2.default.text',
  'rocketchat.default.title',
  'rocketchat.default.titlelink',
  'rocketchat.default.emoji',
  'rocketchat.default.iconurl',
  'rocketchat.default.text',
  'mattermost.default.color',
  'mattermost.default.username',
  'mattermost.default.title',
  'mattermost.default.titlelink',
  'mattermost.default.fallback',
  'mattermost.default.text',
  'jira.default.summary',
  'jira.default.description',
  'jira.default.priority',
]
  .map((name) => `{{ define "${name}" }}late {{ template "__subject" . }}{{ end }}`)
  .join('\n');
