/** The demo's first line: is something broken on purpose, and what came of it? */
import type { DemoState } from '@nines/contract';
import { formatDuration } from '../format/duration.ts';
import { formatCompact } from '../format/number.ts';
import type { SentencePart } from '../kit/sentence.ts';
import { t } from '../messages/translate.ts';
import type { Story } from './story.ts';
import { listActive } from './use-demo.ts';

export function describeDemo(
  demo: DemoState,
  story: Story | undefined,
  nowMs: number,
): readonly SentencePart[] {
  if (!demo.isShopUp) return [{ tone: 'ticket', text: t('demo.headline.shopDown') }];
  const [fault] = listActive(demo);
  if (fault !== undefined) {
    const duration = formatDuration(Math.max(1000, nowMs - (fault.since ?? nowMs)));
    const text = t(`demo.bar.${fault.kind}`, { service: fault.service, duration });
    const next = story?.alert === undefined ? 'demo.headline.wait' : 'demo.headline.mend';
    return [
      { tone: 'ticket', text },
      { tone: 'plain', text: t(next) },
    ];
  }
  if (!demo.isLoadOn) return [{ tone: 'plain', text: t('demo.headline.noLoad') }];
  const rate = formatCompact(demo.requestsPerSecond);
  const calm: SentencePart = { tone: 'plain', text: t('demo.headline.calm', { rate }) };
  if (story?.recoveredAt === undefined) return [calm];
  const duration = formatDuration(story.recoveredAt - story.brokenAt);
  return [{ tone: 'plain', text: t('demo.headline.recovered', { duration }) }, calm];
}
