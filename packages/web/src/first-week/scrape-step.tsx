import type { NextStep, NextSteps } from '@nines/contract';
import { t } from '../messages/translate.ts';
import { FileLines } from './file-lines.tsx';
import { SCRAPE_LINES } from './next-steps.ts';
import { StepCard } from './step-card.tsx';

export function ScrapeStep(props: { readonly step: NextStep; readonly steps: NextSteps }) {
  return (
    <StepCard step={props.step}>
      <FileLines text={t('firstWeek.scrape.text')} lines={SCRAPE_LINES} steps={props.steps} />
    </StepCard>
  );
}
