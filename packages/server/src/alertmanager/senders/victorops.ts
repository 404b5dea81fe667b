/** VictorOps, now Splunk On-Call: an alert by the REST endpoint. */
import type { VictoropsIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import {
  dedupKey,
  expandMap,
  fires,
  judge,
  postJson,
  type SendContext,
  truncate,
} from './sender.ts';

const MESSAGE_CHARS_MAX = 20_480;
const FIRING_TYPES: ReadonlySet<string> = new Set(['INFO', 'WARNING', 'CRITICAL']);

export async function sendVictorops(
  victorops: VictoropsIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { expand, readSecret, notification } = context;
  const type = expand(victorops.messageType);
  const firingType = FIRING_TYPES.has(type) ? type : 'CRITICAL';
  const body = {
    message_type: fires(notification) ? firingType : 'RECOVERY',
    entity_id: dedupKey(notification),
    entity_display_name: expand(victorops.entityDisplayName),
    state_message: truncate(expand(victorops.stateMessage), MESSAGE_CHARS_MAX),
    monitoring_tool: expand(victorops.monitoringTool),
    ...expandMap(victorops.customFields, context),
  };
  const url = new URL(victorops.apiUrl);
  url.pathname += `${await readSecret(victorops.apiKey)}/${expand(victorops.routingKey)}`;
  return judge(await postJson({ url: url.href, body, http: victorops.http }, context));
}
