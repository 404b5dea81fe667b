import type { AlertSummary } from '@nines/contract';
import { PersonChip } from '../chips/person-chip.tsx';
import { ServerText } from '../kit/server-text.tsx';
import { At, Countdown } from '../kit/time.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import { useClockValue } from '../platform/use-clock.ts';

/** Who has an alert, how its page stands, and what happens when nobody acts. */
export function AlertStanding({ alert }: { readonly alert: AlertSummary }) {
  return (
    <>
      {alert.acknowledgedAt === null ? (
        <p>
          {alert.silence === null ? (
            <b>{t('alert.nobody')}</b>
          ) : (
            <Rich
              id="silence.until"
              args={[{ by: alert.silence.by, time: <At at={alert.silence.until} /> }]}
            />
          )}
          {alert.nextStepAt !== null && (
            <>
              {' · '}
              <NextStep at={alert.nextStepAt} />
            </>
          )}
        </p>
      ) : (
        <p>
          <PersonChip name={alert.acknowledgedBy ?? '?'} />{' '}
          <Rich id="alert.takenAt" args={[{ time: <At at={alert.acknowledgedAt} /> }]} />
        </p>
      )}
      <p>
        <ServerText>{alert.pageStatus}</ServerText>
      </p>
    </>
  );
}

function NextStep({ at }: { readonly at: number }) {
  const isDue = useClockValue((now) => now >= at);
  if (isDue) return t('alert.escalates.now');
  return <Rich id="alert.escalates" args={[{ left: <Countdown to={at} /> }]} />;
}
