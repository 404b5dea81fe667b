/** Which integrations of a receiver Nines sends by. */
import type { IntegrationKind } from '../../alertmanager/index.ts';

/** Configurations with the others are read, and reports say that nothing is sent by them. */
export const SENT_KINDS: ReadonlySet<IntegrationKind> = new Set([
  'webhook',
  'email',
  'slack',
  'pagerduty',
  'discord',
  'msteams',
  'msteamsv2',
  'mattermost',
  'telegram',
  'opsgenie',
  'pushover',
  'victorops',
  'webex',
  'rocketchat',
  'wechat',
  'incidentio',
  'jira',
]);
