import type { NextSteps } from '@nines/contract';
import { t } from '../messages/translate.ts';
import { FileLines } from './file-lines.tsx';
import { SCRAPE_LINES } from './next-steps.ts';

/** How a service comes to be scraped. */
export function ScrapeStep({ steps }: { readonly steps: NextSteps }) {
  return <FileLines text={t('firstWeek.scrape.text')} lines={SCRAPE_LINES} steps={steps} />;
}
