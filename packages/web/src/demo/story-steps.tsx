import type { DemoState, SloSummary } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { slosQuery } from '../api/objective-queries.ts';
import { alertPath } from '../chips/alert-path.ts';
import { BudgetBar } from '../chips/budget-bar.tsx';
import { ObjectiveChip } from '../chips/objective-chip.tsx';
import { formatBurnRate } from '../chips/objective-words.ts';
import { formatDuration } from '../format/duration.ts';
import { formatPercent } from '../format/number.ts';
import { viewerTime } from '../format/time.ts';
import { Moment } from '../kit/time.tsx';
import { UrgencyMark } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import styles from './story-steps.module.css';
import { STEPS, type Story, timeOfStep } from './story.ts';
import { listActive } from './use-demo.ts';
import { useStory } from './use-story.ts';

/** The story in steps; each ticks itself off when it has happened, with its time. */
export function StorySteps({ demo }: { readonly demo: DemoState }) {
  const { client } = useServices();
  const { data } = useQuery(slosQuery(client));
  const story = useStory();
  const isRunning = listActive(demo).length > 0;
  return (
    <>
      {story === undefined && <p className={styles.before}>{t('demo.story.before')}</p>}
      <ol className={styles.steps}>
        {STEPS.map((step) => (
          <Step key={step} step={step} story={story} slos={data?.slos ?? []} />
        ))}
      </ol>
      {story?.recoveredAt !== undefined && !isRunning && (
        <p className={styles.before}>{t('demo.story.again')}</p>
      )}
    </>
  );
}

function Step(props: {
  readonly step: (typeof STEPS)[number];
  readonly story: Story | undefined;
  readonly slos: readonly SloSummary[];
}) {
  const { step, story, slos } = props;
  const at = story === undefined ? undefined : timeOfStep(story, step);
  return (
    <li data-done={at === undefined ? undefined : ''}>
      {at === undefined ? <i aria-hidden="true" /> : <UrgencyMark level="fine" />}
      <div>
        <b>{t(`demo.step.${step}`)}</b>
        <Detail {...props} slo={slos.find(({ name }) => name === story?.burning?.name)} />
      </div>
      <span className={styles.time}>
        {at !== undefined && story !== undefined && (
          <>
            <Moment at={at} text={viewerTime.clockSeconds(at)} />
            {step !== 'broken' && (
              <small>+{formatDuration(Math.max(0, at - story.brokenAt))}</small>
            )}
          </>
        )}
      </span>
    </li>
  );
}

function Detail(props: {
  readonly step: (typeof STEPS)[number];
  readonly story: Story | undefined;
  readonly slo: SloSummary | undefined;
}): ReactNode {
  const { step, story, slo } = props;
  const { alert, burning } = story ?? {};
  if (step === 'burns' && burning !== undefined) {
    return (
      <>
        <p>{describeBurn(burning, slo)}</p>
        {slo !== undefined && (
          <p className={styles.budget}>
            <ObjectiveChip slo={slo} /> <BudgetBar slo={slo} />
          </p>
        )}
      </>
    );
  }
  if (step === 'alerted' && alert !== undefined) {
    return (
      <p>
        <Link href={alertPath(alert.id)}>{t(`demo.step.alerted.${alert.output}`)}</Link>
      </p>
    );
  }
  if (step === 'alerted' && story === undefined) return <p>{t('demo.step.alerted.text')}</p>;
  if (step === 'acknowledged' && alert !== undefined && story?.acknowledgedAt === undefined) {
    return <p>{t('demo.step.acknowledged.text')}</p>;
  }
  return null;
}

function describeBurn(burning: NonNullable<Story['burning']>, slo: SloSummary | undefined): string {
  const lost = formatPercent(burning.lost);
  const burnRate = slo?.burnRate ?? burning.burnRate;
  return burnRate > 1
    ? t('demo.step.burns.text', { lost, rate: formatBurnRate(burnRate) })
    : t('demo.step.burns.spent', { lost });
}
