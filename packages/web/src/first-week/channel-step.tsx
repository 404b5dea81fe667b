import type { NextSteps } from '@nines/contract';
import { useState } from 'react';
import { Segments } from '../kit/segments.tsx';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { ChannelRow } from './channel-row.tsx';
import { FileLines } from './file-lines.tsx';
import { EMAIL_LINES, WEBHOOK_LINES } from './next-steps.ts';
import { useChannels } from './use-channels.ts';

const KINDS = ['email', 'webhook'] as const;
type Kind = (typeof KINDS)[number];

const LINES = { email: EMAIL_LINES, webhook: WEBHOOK_LINES } as const;

/** A second way to a person: first to be declared, then to be proved. */
export function ChannelStep({ steps }: { readonly steps: NextSteps }) {
  const { query, test } = useChannels();
  const [kind, setKind] = useState<Kind>('email');
  const declared = query.data?.channels.filter((channel) => channel.kind !== 'browser') ?? [];
  return (
    <>
      {declared.length > 0 ? (
        <>
          <p>
            <UrgencyText level="ticket">{t('firstWeek.channel.declared')}</UrgencyText>
          </p>
          <ul>
            {declared.map((channel) => (
              <ChannelRow
                key={channel.name}
                channel={channel}
                isTesting={test.isPending && test.variables === channel.name}
                onTest={() => test.mutate(channel.name)}
              />
            ))}
          </ul>
        </>
      ) : (
        <>
          <Segments
            label={t('firstWeek.channel')}
            options={KINDS.map((value) => ({ value, label: t(`firstWeek.channel.${value}`) }))}
            value={kind}
            onChange={setKind}
          />
          <FileLines text={t('firstWeek.channel.text')} lines={LINES[kind]} steps={steps} />
        </>
      )}
    </>
  );
}
