import type { WhyRoute } from '@nines/contract';
import { formatConfigDuration } from '../format/duration.ts';
import { At } from '../kit/time.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import styles from './why.module.css';

type Step = WhyRoute['steps'][number];

/** Whom an alert pages, step by step, or would. */
export function RouteSteps({ route }: { readonly route: WhyRoute }) {
  const { isTaken, policy, probation, steps, reason } = route;
  return (
    <div className={styles.route}>
      <h3>{t(isTaken ? 'why.route' : 'why.route.would')}</h3>
      {policy === null ? (
        <p>{t('why.route.nobody', { reason })}</p>
      ) : (
        <>
          <p>
            {probation === null
              ? t('why.route.policy', { policy })
              : t('why.route.probation', { author: probation })}
          </p>
          <ol>
            {steps.map((step) => (
              <li key={step.step}>
                {t('why.route.step', { step: step.step, channels: step.channels.join(', ') })}{' '}
                <small>
                  <StepTime step={step} />
                </small>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

function StepTime({ step: { beganAt, dueAt, waitMs } }: { readonly step: Step }) {
  if (beganAt !== null) return <Rich id="why.route.began" args={[{ time: <At at={beganAt} /> }]} />;
  if (dueAt !== null) return <Rich id="why.route.due" args={[{ time: <At at={dueAt} /> }]} />;
  return t('why.route.waits', { duration: formatConfigDuration(waitMs) });
}
