import { Button } from '@mantine/core';
import type { NextStep, NextSteps } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { nextStepsQuery } from '../api/first-week-queries.ts';
import { useDemo } from '../demo/use-demo.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { AlertsStep } from './alerts-step.tsx';
import { ChannelStep } from './channel-step.tsx';
import styles from './first-week.module.css';
import { type Fold, keepFold, readFold } from './fold.ts';
import { isDone } from './next-steps.ts';
import { PageMeButton } from './page-me-button.tsx';
import { ScrapeStep } from './scrape-step.tsx';
import { StepCard } from './step-card.tsx';

/** What a newcomer does next. It turns green by itself, and goes once all of it is. */
export function FirstWeek() {
  const { client, storage } = useServices();
  const { data } = useQuery(nextStepsQuery(client));
  const [chosen, setChosen] = useState(() => readFold(storage));
  // Beside a demo one's own services can wait.
  const usual = useDemo() === undefined ? 'open' : 'folded';
  const fold = chosen ?? usual;
  const [wasOpen, setWasOpen] = useState(false);
  const isAllDone = data?.steps.every(isDone) === true;
  const choose = (next: Fold) => {
    keepFold(storage, next);
    setChosen(next);
  };
  useEffect(() => {
    if (isAllDone) keepFold(storage, 'done');
  }, [isAllDone, storage]);
  if (data !== undefined && !isAllDone && !wasOpen) setWasOpen(true);
  // Whoever saw the last step turn green sees so; at the next visit all of it is gone.
  if (data === undefined || fold === 'done' || (isAllDone && !wasOpen)) return null;
  const doneCount = data.steps.filter(isDone).length;
  return (
    <section className={styles.area} aria-labelledby="first-week">
      <div className={styles.head}>
        <h2 id="first-week">{t('firstWeek.title')}</h2>
        <small>{t('firstWeek.note', { count: doneCount, total: data.steps.length })}</small>
        <Button
          variant="subtle"
          aria-expanded={fold === 'open'}
          onClick={() => choose(fold === 'open' ? 'folded' : 'open')}
        >
          {t(fold === 'open' ? 'firstWeek.fold' : 'firstWeek.unfold')}
        </Button>
      </div>
      {fold === 'open' && (
        <Steps steps={data} isAllDone={isAllDone} onClose={() => choose('done')} />
      )}
    </section>
  );
}

function Steps(props: {
  readonly steps: NextSteps;
  readonly isAllDone: boolean;
  readonly onClose: () => void;
}) {
  const { steps, isAllDone, onClose } = props;
  const [chosen, setChosen] = useState<NextStep['kind']>();
  // What is done needs no lines any more.
  const shown = steps.steps.find((step) => step.kind === chosen && !isDone(step));
  return (
    <div className={styles.box}>
      <div className={styles.lead}>
        <p>{t(isAllDone ? 'firstWeek.done' : 'firstWeek.pageMe.text')}</p>
        {isAllDone ? (
          <Button onClick={onClose}>{t('shell.close')}</Button>
        ) : (
          <PageMeButton variant="filled" />
        )}
      </div>
      <ol className={styles.cards}>
        {steps.steps.map((step) => (
          <StepCard
            key={step.kind}
            step={step}
            isShown={step === shown}
            onPress={() => setChosen(step === shown ? undefined : step.kind)}
          />
        ))}
      </ol>
      {shown !== undefined && (
        <div className={styles.how} id="first-week-how">
          <How step={shown} steps={steps} />
        </div>
      )}
    </div>
  );
}

function How({ step, steps }: { readonly step: NextStep; readonly steps: NextSteps }) {
  switch (step.kind) {
    case 'scrape':
      return <ScrapeStep steps={steps} />;
    case 'alerts':
      return <AlertsStep />;
    case 'channel':
      return <ChannelStep steps={steps} />;
  }
}
