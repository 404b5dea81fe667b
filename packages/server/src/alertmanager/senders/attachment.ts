/** What Slack's attachments and those of its likes have alike. */
import type { AttachmentField } from '../config/integrations.ts';
import { type SendContext, withoutEmpty } from './sender.ts';

/** Fields of an attachment; one that does not say whether it is short is what the others are. */
export function formatFields(
  fields: readonly AttachmentField[],
  otherwise: boolean | undefined,
  { expand }: SendContext,
): readonly Readonly<Record<string, unknown>>[] {
  return fields.map(({ title, value, short = otherwise }) => ({
    ...withoutEmpty({ title: expand(title), value: expand(value) }),
    ...(short !== undefined && { short }),
  }));
}
