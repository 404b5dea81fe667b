/** Microsoft Teams: message cards by a connector, adaptive cards by a workflow. */
import type { MsteamsIntegration, Msteamsv2Integration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { fires, judge, postJson, type SendContext } from './sender.ts';

export async function sendMsteams(
  teams: MsteamsIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { expand, readSecret, notification } = context;
  const body = {
    '@context': 'http://schema.org/extensions',
    type: 'MessageCard',
    title: expand(teams.title),
    summary: expand(teams.summary),
    text: expand(teams.text),
    themeColor: fires(notification) ? '8C1A1A' : '2DC72D',
  };
  const url = await readSecret(teams.webhookUrl);
  return judge(await postJson({ url, body, http: teams.http }, context));
}

export async function sendMsteamsv2(
  teams: Msteamsv2Integration,
  context: SendContext,
): Promise<SendOutcome> {
  const { expand, readSecret, notification } = context;
  const heading = {
    type: 'TextBlock',
    text: expand(teams.title),
    weight: 'Bolder',
    size: 'Medium',
    wrap: true,
    style: 'heading',
    color: fires(notification) ? 'Attention' : 'Good',
  };
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    body: [heading, { type: 'TextBlock', text: expand(teams.text), wrap: true }],
    msteams: { width: 'full' },
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  const body = { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
  const url = await readSecret(teams.webhookUrl);
  return judge(await postJson({ url, body, http: teams.http }, context));
}
