import type { ChannelView } from '@nines/contract';
import { formatLatency } from '../format/duration.ts';
import { toSentence } from '../format/sentence.ts';
import { ServerText } from '../kit/server-text.tsx';
import { Ago } from '../kit/time.tsx';
import { type Urgency, UrgencyText } from '../kit/urgency.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import { RoleButton } from '../session/role-button.tsx';
import styles from './channel-row.module.css';

/** One way to a person: whether it is known to work, and how to find out. */
export function ChannelRow(props: {
  readonly channel: ChannelView;
  readonly isTesting: boolean;
  readonly onTest: () => void;
}) {
  const { channel, isTesting, onTest } = props;
  const { lastTest } = channel;
  return (
    <li className={styles.channel}>
      <div className={styles.head}>
        <div>
          <b>{channel.name}</b> <Proof channel={channel} />
          <p>{channel.address}</p>
        </div>
        <RoleButton needs="responder" disabled={isTesting} onClick={onTest}>
          {t(isTesting ? 'channels.testing' : 'channels.test')}
        </RoleButton>
      </div>
      {lastTest !== null && (
        <output className={styles.outcome} data-tone={lastTest.isDelivered ? undefined : 'bad'}>
          <Rich
            id="channels.test.outcome"
            args={[
              {
                reason: <ServerText>{toSentence(lastTest.reason)}</ServerText>,
                duration: formatLatency(Math.round(lastTest.durationMs)),
                ago: <Ago at={lastTest.at} />,
              },
            ]}
          />
        </output>
      )}
    </li>
  );
}

/** Green only once it has delivered; amber as long as nobody knows, or the last test says no. */
function Proof({ channel: { provedAt, lastTest } }: { readonly channel: ChannelView }) {
  const isBroken = lastTest?.isDelivered === false && lastTest.at > (provedAt ?? 0);
  const level: Urgency = isBroken || provedAt === null ? 'ticket' : 'fine';
  return (
    <small>
      <UrgencyText level={level}>
        {isBroken ? (
          t('channels.failedTest')
        ) : provedAt === null ? (
          t('channels.unproved')
        ) : (
          <Rich id="channels.proved" args={[{ ago: <Ago at={provedAt} /> }]} />
        )}
      </UrgencyText>
    </small>
  );
}
