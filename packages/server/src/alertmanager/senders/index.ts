/**
 * What is sent by which integration: messages with Alertmanager's fields, bounds and rules for
 * trying again. How a request or a mail gets out is the caller's: `SendContext`.
 */
import type { Integration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { sendDiscord } from './discord.ts';
import { type MailContext, sendEmail } from './email.ts';
import { sendIncidentio } from './incidentio.ts';
import { sendJira } from './jira.ts';
import { sendMattermost } from './mattermost.ts';
import { sendMsteams, sendMsteamsv2 } from './msteams.ts';
import { sendOpsgenie } from './opsgenie.ts';
import { sendPagerduty } from './pagerduty.ts';
import { sendPushover } from './pushover.ts';
import { sendRocketchat } from './rocketchat.ts';
import { sendSlack } from './slack.ts';
import { sendTelegram } from './telegram.ts';
import { sendVictorops } from './victorops.ts';
import { sendWebex } from './webex.ts';
import { sendWebhook } from './webhook.ts';
import { sendWechat, type WechatContext } from './wechat.ts';

/** Everything that some sender may ask for. */
export interface IntegrationContext extends MailContext, WechatContext {
  readonly externalUrl: string;
}

/** Makes one attempt; throws a SendError, or whatever what it asked for threw. */
export async function sendIntegration(
  integration: Integration,
  context: IntegrationContext,
): Promise<SendOutcome> {
  switch (integration.kind) {
    case 'webhook':
      return sendWebhook(integration, context);
    case 'email':
      return sendEmail(integration, context);
    case 'slack':
      return sendSlack(integration, context);
    case 'pagerduty':
      return sendPagerduty(integration, context);
    case 'discord':
      return sendDiscord(integration, context);
    case 'msteams':
      return sendMsteams(integration, context);
    case 'msteamsv2':
      return sendMsteamsv2(integration, context);
    case 'mattermost':
      return sendMattermost(integration, context);
    case 'telegram':
      return sendTelegram(integration, context);
    case 'opsgenie':
      return sendOpsgenie(integration, context);
    case 'pushover':
      return sendPushover(integration, context);
    case 'victorops':
      return sendVictorops(integration, context);
    case 'webex':
      return sendWebex(integration, context);
    case 'rocketchat':
      return sendRocketchat(integration, context);
    case 'wechat':
      return sendWechat(integration, context);
    case 'incidentio':
      return sendIncidentio(integration, context);
    case 'jira':
      return sendJira(integration, context);
    case 'sns':
      return { state: 'failed', reason: `${integration.kind} is not sent yet` };
  }
}
