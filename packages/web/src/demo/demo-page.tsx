import type { DemoState } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { demoQuery } from '../api/first-week-queries.ts';
import { SampleWeek } from '../first-week/sample-week.tsx';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { useClockValue } from '../platform/use-clock.ts';
import { useServices } from '../services.ts';
import styles from './demo-page.module.css';
import { FaultSwitches } from './fault-switches.tsx';
import { describeDemo } from './headline.ts';
import { ShopMap } from './shop-map.tsx';
import { StorySteps } from './story-steps.tsx';
import { useStory } from './use-story.ts';

/** Break something on purpose, and watch what comes of it. */
export function DemoPage() {
  const { client } = useServices();
  const query = useQuery(demoQuery(client));
  const sentence =
    query.data === undefined ? (
      waitingSentence(query.error, t('demo.loading'))
    ) : (
      <Headline demo={query.data} />
    );
  return (
    <PageLayout title={t('nav.demo')} sentence={sentence}>
      <QueryView
        query={query}
        what={t('demo.loading.failed')}
        skeleton={<RowsSkeleton count={3} height={150} />}
      >
        {(demo) => (demo.isDemo ? <DemoView demo={demo} /> : <NoDemo />)}
      </QueryView>
    </PageLayout>
  );
}

const SECOND_MS = 1000;

function Headline({ demo }: { readonly demo: DemoState }) {
  const story = useStory();
  const nowMs = useClockValue((now) => Math.floor(now / SECOND_MS) * SECOND_MS);
  if (!demo.isDemo) return t('demo.none');
  return <SentenceText parts={describeDemo(demo, story, nowMs)} />;
}

function DemoView({ demo }: { readonly demo: DemoState }) {
  return (
    <div className={styles.columns}>
      <div>
        <Section title={t('demo.shop')} note={t('demo.shop.note')}>
          <ShopMap demo={demo} />
        </Section>
        <Section title={t('demo.faults')} note={t('demo.faults.note')}>
          <FaultSwitches demo={demo} />
        </Section>
      </div>
      <div>
        <Section isPanel title={t('demo.story')}>
          <StorySteps demo={demo} />
        </Section>
        <Section isPanel title={t('demo.see')}>
          <ol className={styles.lines}>
            <li>{t('demo.see.shop')}</li>
            <li>{t('demo.see.measured')}</li>
            <li>{t('demo.see.objective')}</li>
          </ol>
          <p className={styles.honest}>{t('demo.see.shortened')}</p>
        </Section>
        <Section isPanel title={t('demo.sample')}>
          <SampleWeek />
        </Section>
      </div>
    </div>
  );
}

function NoDemo() {
  return (
    <EmptyLesson
      title={t('demo.none')}
      text={t('demo.none.text')}
      code={{ text: 'npm run demo', label: t('demo.none.label') }}
    />
  );
}
