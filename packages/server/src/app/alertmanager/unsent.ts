/** What a configuration asks for that would not be sent. */
import type { AlertmanagerConfig, Integration } from '../../alertmanager/index.ts';
import { SENT_KINDS } from './sent-kinds.ts';

/** Something that a configuration must not be started with. */
export interface UnsentPart {
  /** Of its field: `receivers[0].sns_configs[0]`. */
  readonly path: string;
  /** The same in words of the file: `receiver "ops": sns_configs[0]`. */
  readonly owner: string;
  readonly message: string;
}

/** Lists all of it, in the order of the receivers; empty: all that is asked for is sent. */
export function listUnsent(config: AlertmanagerConfig): readonly UnsentPart[] {
  return config.receivers.flatMap(({ name, integrations }, i) =>
    integrations.flatMap((integration) => {
      const { kind, index } = integration;
      const path = `receivers[${i}].${kind}_configs[${index}]`;
      const owner = `receiver "${name}": ${kind}_configs[${index}]`;
      if (!SENT_KINDS.has(kind)) {
        const sent = [...SENT_KINDS].join(', ');
        const message = `${kind} is not sent yet; nines alertmanager sends: ${sent}`;
        return [{ path, owner, message }];
      }
      return listUnsentFields(integration).map((field) => ({
        path: `${path}.${field}`,
        owner,
        message: `${field} is not supported yet; leave it out`,
      }));
    }),
  );
}

function listUnsentFields(integration: Integration): readonly string[] {
  if (integration.kind === 'slack' && integration.updateMessage) return ['update_message'];
  if (integration.kind === 'email' && integration.auth.identity !== '') return ['auth_identity'];
  return [];
}
