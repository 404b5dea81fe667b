import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { parseConfigDuration } from '../format/duration.ts';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { Segments } from '../kit/segments.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { useAutofocus } from '../kit/use-autofocus.ts';
import { useUrlState } from '../kit/use-url-state.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { RoleNote } from '../session/role-button.tsx';
import { useMay } from '../session/use-may.ts';
import { MatcherFields } from './matcher-fields.tsx';
import { PreviewView } from './preview-view.tsx';
import { silencePreviewQuery } from './silence-queries.ts';
import {
  completeMatchers,
  formatDraft,
  LENGTHS,
  parseDraft,
  type SilenceDraft,
  SILENCES_PATH,
} from './silence-state.ts';
import styles from './silences.module.css';
import { useSilenceActions } from './use-silence-actions.ts';

/** Who types is not asked about every letter. */
const REST_MS = 250;

/** What would be quiet, for how long, and why? */
export function NewSilencePage() {
  const { client, clock } = useServices();
  const [draft, setDraft] = useUrlState(parseDraft, formatDraft);
  const rested = useRested(draft);
  const preview = useQuery(
    silencePreviewQuery(client, {
      matchers: completeMatchers(rested.matchers),
      lastsMs: lengthOf(rested),
      now: () => clock.now(),
    }),
  );
  const { data } = preview;
  return (
    <PageLayout
      title={t('silence.new')}
      sentence={
        data === undefined
          ? t('silence.question')
          : t('silence.headline', { firing: data.firingCount, past: data.pastCount })
      }
    >
      <SilenceForm draft={draft} onChange={setDraft} />
      <div aria-busy={preview.isFetching}>
        {completeMatchers(draft.matchers).length > 0 && (
          <QueryView
            query={preview}
            what={t('silence.preview.failed')}
            skeleton={<RowsSkeleton count={4} height={36} />}
          >
            {(answer) => <PreviewView preview={answer} />}
          </QueryView>
        )}
      </div>
    </PageLayout>
  );
}

function SilenceForm(props: {
  readonly draft: SilenceDraft;
  readonly onChange: (draft: SilenceDraft) => void;
}) {
  const { draft, onChange } = props;
  const [comment, setComment] = useState('');
  const [, navigate] = useLocation();
  const may = useMay('responder');
  const field = useAutofocus<HTMLInputElement>();
  const { create } = useSilenceActions(() => navigate(SILENCES_PATH));
  const matchers = completeMatchers(draft.matchers);
  const isReady = may && matchers.length > 0 && comment.trim() !== '' && !create.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    create.run({ matchers, lastsMs: lengthOf(draft), comment: comment.trim() });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <MatcherFields
        matchers={draft.matchers}
        onChange={(changed) => onChange({ ...draft, matchers: changed })}
      />
      <Segments
        label={t('silence.lasts')}
        options={LENGTHS.map((value) => ({ value, label: value }))}
        value={draft.lasts}
        onChange={(lasts) => onChange({ ...draft, lasts })}
      />
      <div className={styles.row}>
        <TextInput
          className={styles.comment}
          aria-label={t('silence.comment')}
          placeholder={t('silence.comment')}
          maxLength={10_000}
          value={comment}
          onChange={({ currentTarget: { value } }) => setComment(value)}
          ref={field}
        />
        <Button type="submit" variant="filled" disabled={!isReady}>
          {t('silence.create')}
        </Button>
        <Link href={SILENCES_PATH}>{t('silence.all')}</Link>
      </div>
      <RoleNote needs="responder" />
    </form>
  );
}

function lengthOf({ lasts }: SilenceDraft): number {
  return parseConfigDuration(lasts) ?? 0;
}

/** What was written when nothing has been for a moment. */
function useRested(draft: SilenceDraft): SilenceDraft {
  const [rested, setRested] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setRested(draft), REST_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return rested;
}
