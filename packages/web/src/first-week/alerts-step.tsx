import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { statusQuery } from '../api/queries.ts';
import { CodeBlock } from '../kit/code-block.tsx';
import { Segments } from '../kit/segments.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { useSession } from '../session/use-session.ts';
import { alertmanagerLines, prometheusLines } from './next-steps.ts';

const SENDERS = ['prometheus', 'alertmanager'] as const;
type Sender = (typeof SENDERS)[number];

const LINES = { prometheus: prometheusLines, alertmanager: alertmanagerLines } as const;

/** Alerts that others judge: the lines for their configuration, with this server's address. */
export function AlertsStep() {
  const { client } = useServices();
  const { data: status } = useQuery({ ...statusQuery(client), refetchInterval: false });
  const { data: session } = useSession();
  const [sender, setSender] = useState<Sender>('prometheus');
  const serverUrl = status?.externalUrl ?? window.location.origin;
  const needsToken = session?.isAuthRequired === true;
  return (
    <>
      <p>{t('firstWeek.alerts.text')}</p>
      <Segments
        label={t('firstWeek.alerts')}
        options={SENDERS.map((value) => ({ value, label: t(`firstWeek.alerts.${value}`) }))}
        value={sender}
        onChange={setSender}
      />
      <CodeBlock
        code={LINES[sender](serverUrl, needsToken)}
        label={t(`firstWeek.alerts.${sender}.text`)}
      />
      {needsToken && (
        <p>
          <Rich
            id="firstWeek.alerts.token"
            args={[
              { here: <Link href="/settings#tokens">{t('firstWeek.alerts.token.here')}</Link> },
            ]}
          />{' '}
          <code>nines token create prometheus --role responder</code>
        </p>
      )}
    </>
  );
}
