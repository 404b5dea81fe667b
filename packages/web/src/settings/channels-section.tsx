import { ChannelRow } from '../first-week/channel-row.tsx';
import { PageMeButton } from '../first-week/page-me-button.tsx';
import { useChannels } from '../first-week/use-channels.ts';
import { QueryView } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { FormFailure } from './form-failure.tsx';
import styles from './settings.module.css';

/** The ways a page takes to a person, and whether each is known to work. */
export function ChannelsSection() {
  const { query, test } = useChannels();
  return (
    <Section isPanel title={t('channels.title')}>
      <QueryView
        query={query}
        what={t('channels.failed')}
        skeleton={<RowsSkeleton count={2} height={52} />}
      >
        {({ channels }) => (
          <ul>
            {channels.map((channel) => (
              <ChannelRow
                key={channel.name}
                channel={channel}
                isTesting={test.isPending && test.variables === channel.name}
                onTest={() => test.mutate(channel.name)}
              />
            ))}
          </ul>
        )}
      </QueryView>
      <FormFailure what={t('channels.test.failed')} error={test.error} />
      <div className={styles.row}>
        <p>{t('firstWeek.pageMe.text')}</p>
        <PageMeButton />
      </div>
    </Section>
  );
}
