import { Button } from '@mantine/core';
import { useState } from 'react';
import { QueryView } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { RuleForm } from './rule-form.tsx';
import { SavedRule } from './saved-rule.tsx';
import styles from './rules.module.css';
import { useRuleActions, useRuleFiles } from './use-rule-files.ts';

/** From a rule that was tested to a rule in a file, below its backtest. */
export function SaveRule(props: { readonly expression: string; readonly forMs: number }) {
  const [isOpen, setOpen] = useState(false);
  const actions = useRuleActions();
  const { save } = actions;
  if (!isOpen) {
    return (
      <p className={styles.lead}>
        <Button variant="filled" onClick={() => setOpen(true)}>
          {t('rules.save')}
        </Button>
      </p>
    );
  }
  return (
    <Section title={t('rules.save.title')}>
      {save.data === undefined ? (
        <Files {...props} save={save} />
      ) : (
        <SavedRule
          change={save.data}
          undo={actions.undo}
          onUndone={() => {
            save.reset();
            actions.undo.reset();
          }}
        />
      )}
    </Section>
  );
}

function Files(props: {
  readonly expression: string;
  readonly forMs: number;
  readonly save: ReturnType<typeof useRuleActions>['save'];
}) {
  const files = useRuleFiles();
  return (
    <QueryView
      query={files}
      what={t('rules.failed')}
      skeleton={<RowsSkeleton count={4} height={36} />}
    >
      {(list) => <RuleForm {...props} list={list} />}
    </QueryView>
  );
}
