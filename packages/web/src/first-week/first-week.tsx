import { Button } from '@mantine/core';
import type { NextSteps } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { nextStepsQuery } from '../api/first-week-queries.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { AlertsStep } from './alerts-step.tsx';
import { ChannelStep } from './channel-step.tsx';
import styles from './first-week.module.css';
import { type Fold, keepFold, readFold } from './fold.ts';
import { isDone } from './next-steps.ts';
import { PageMeButton } from './page-me-button.tsx';
import { ScrapeStep } from './scrape-step.tsx';

/** What a newcomer does next. It turns green by itself, and goes once all of it is. */
export function FirstWeek() {
  const { client, storage } = useServices();
  const { data } = useQuery(nextStepsQuery(client));
  const [fold, setFold] = useState(() => readFold(storage));
  const [wasOpen, setWasOpen] = useState(false);
  const isAllDone = data?.steps.every(isDone) === true;
  const choose = (next: Fold) => {
    keepFold(storage, next);
    setFold(next);
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
  const find = (kind: NextSteps['steps'][number]['kind']) =>
    steps.steps.find((step) => step.kind === kind) ?? { kind, doneAt: null, doneBy: null };
  return (
    <>
      <div className={styles.lead}>
        <p>{t(isAllDone ? 'firstWeek.done' : 'firstWeek.pageMe.text')}</p>
        {isAllDone ? (
          <Button onClick={onClose}>{t('shell.close')}</Button>
        ) : (
          <PageMeButton variant="filled" />
        )}
      </div>
      <div className={styles.cards}>
        <ScrapeStep step={find('scrape')} steps={steps} />
        <AlertsStep step={find('alerts')} />
        <ChannelStep step={find('channel')} steps={steps} />
      </div>
    </>
  );
}
