/** What only `nines alertmanager` and its checks need: a server without them does not load it. */
import type { sendIntegration } from './senders/index.ts';
import type { SendError } from './senders/sender.ts';
import type { createTemplateData } from './templates/data.ts';
import type { createTemplateSet, parseTemplateFile } from './templates/template-set.ts';

/** Messages to receivers: templates, and what is sent by which integration. */
export interface AlertmanagerMessages {
  readonly sendIntegration: typeof sendIntegration;
  readonly SendError: typeof SendError;
  readonly createTemplateData: typeof createTemplateData;
  readonly createTemplateSet: typeof createTemplateSet;
  readonly parseTemplateFile: typeof parseTemplateFile;
}

/** Loads templates and senders. */
export async function loadAlertmanagerMessages(): Promise<AlertmanagerMessages> {
  const [senders, sender, data, templates] = await Promise.all([
    import('./senders/index.ts'),
    import('./senders/sender.ts'),
    import('./templates/data.ts'),
    import('./templates/template-set.ts'),
  ]);
  return { ...senders, ...sender, ...data, ...templates };
}
