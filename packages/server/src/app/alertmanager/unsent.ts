/** What a configuration asks for that would not be sent. */
import type { AlertmanagerConfig, Integration } from '../../alertmanager/index.ts';
import { SENT_KINDS } from './sent-kinds.ts';

interface UnsentPart {
  /** Of the integration. */
  readonly field: string;
  readonly what: string;
}

/** Why a configuration must not be started with. */
export function findUnsent(config: AlertmanagerConfig): readonly string[] {
  return config.receivers.flatMap(({ name, integrations }) =>
    integrations.flatMap((integration) => {
      const { kind, index } = integration;
      const what = `receiver "${name}": ${kind}_configs[${index}]`;
      if (!SENT_KINDS.has(kind)) {
        const sent = [...SENT_KINDS].join(', ');
        return [`${what}: ${kind} is not sent yet; nines alertmanager sends: ${sent}`];
      }
      return findUnsentParts(integration).map(
        (part) => `${what}: ${part.what} is not supported yet`,
      );
    }),
  );
}

/** The same of what is sent in general, for reports: what becomes of which field. */
export function listUnsentFields(
  config: AlertmanagerConfig,
): readonly { readonly path: string; readonly message: string }[] {
  return config.receivers.flatMap(({ integrations }, i) =>
    integrations.flatMap((integration) =>
      findUnsentParts(integration).map(({ field, what }) => ({
        path: `receivers[${i}].${integration.kind}_configs[${integration.index}].${field}`,
        message: `${what} is not supported yet, and nines alertmanager does not start with it`,
      })),
    ),
  );
}

function findUnsentParts(integration: Integration): readonly UnsentPart[] {
  if (integration.kind === 'slack' && integration.updateMessage) {
    return [{ field: 'update_message', what: 'update_message' }];
  }
  if (integration.kind === 'email' && integration.auth.identity !== '') {
    return [{ field: 'auth_identity', what: 'auth_identity' }];
  }
  return [];
}
