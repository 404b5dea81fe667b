/** What stands on the cards of the first week: the lines to copy, with this server's own names. */
import type { NextStep, NextSteps } from '@nines/contract';

/** The file that the lines belong into, and whether it is read already. */
export function describeFile({ configFile, configFolder }: NextSteps): {
  readonly path: string;
  readonly isRead: boolean;
} {
  if (configFile !== null) return { path: configFile, isRead: true };
  const separator = configFolder.includes('\\') ? '\\' : '/';
  const folder = configFolder.endsWith(separator) ? configFolder : configFolder + separator;
  return { path: `${folder}nines.yaml`, isRead: false };
}

export function isDone({ doneAt }: NextStep): boolean {
  return doneAt !== null;
}

export const SCRAPE_LINES = `scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['127.0.0.1:8080'] }]`;

export const EMAIL_LINES = `smtp:
  smarthost: smtp.example.org:587
  from: nines@example.org
  auth_username: nines
  auth_password_file: keys/smtp
emails:
  - name: oncall
    to: [oncall@example.org]
escalation_policies:
  - name: default
    steps:
      - { notify: [browser, email/oncall], wait: 5m }`;

export const WEBHOOK_LINES = `webhooks:
  - name: ops
    url: https://hooks.example.org/ops
escalation_policies:
  - name: default
    steps:
      - { notify: [browser, webhook/ops], wait: 5m }`;

/** Where the token is kept on the other machine; made from one of ours. */
const TOKEN_FILE = '/etc/prometheus/nines-token';

/** Has Prometheus send its alerts here, as it would to an Alertmanager. */
export function prometheusLines(serverUrl: string, needsToken: boolean): string {
  const { protocol, host, pathname } = new URL(serverUrl);
  const prefix = pathname.replace(/\/+$/, '');
  return [
    'alerting:',
    '  alertmanagers:',
    `    - scheme: ${protocol.replace(':', '')}`,
    ...(prefix === '' ? [] : [`      path_prefix: ${prefix}`]),
    '      api_version: v2',
    ...(needsToken ? ['      authorization:', `        credentials_file: ${TOKEN_FILE}`] : []),
    `      static_configs: [{ targets: ['${host}'] }]`,
  ].join('\n');
}

/** Has an Alertmanager tell us what it tells its receivers. */
export function alertmanagerLines(serverUrl: string, needsToken: boolean): string {
  const base = serverUrl.replace(/\/+$/, '');
  return [
    'receivers:',
    '  - name: nines',
    '    webhook_configs:',
    `      - url: ${base}/api/nines/v1/alertmanager`,
    '        send_resolved: true',
    ...(needsToken
      ? ['        http_config:', `          authorization: { credentials_file: ${TOKEN_FILE} }`]
      : []),
  ].join('\n');
}
