import { Button } from '@mantine/core';
import type { RuleChange } from '@nines/contract';
import { Link } from 'wouter';
import { t } from '../messages/translate.ts';
import { FormFailure } from '../settings/form-failure.tsx';
import { whyPath } from '../why/why-state.ts';
import styles from './rules.module.css';
import type { useRuleActions } from './use-rule-files.ts';

/** What was written, and the way back. */
export function SavedRule(props: {
  readonly change: RuleChange;
  readonly undo: ReturnType<typeof useRuleActions>['undo'];
  readonly onUndone: () => void;
}) {
  const { change, undo, onUndone } = props;
  const { rule, group, file, hash } = change;
  return (
    <div className={styles.saved} aria-live="polite">
      <p>
        {t('rules.saved', { name: rule })} <code>{file}</code>
      </p>
      <div className={styles.buttons}>
        <Button component={Link} href={whyPath({ rule, group })} variant="filled">
          {t('why.rules.link')}
        </Button>
        <Button
          loading={undo.isPending}
          onClick={() => undo.mutate({ file, hash }, { onSuccess: onUndone })}
        >
          {t('rules.undo')}
        </Button>
      </div>
      <FormFailure what={t('rules.undo.failed')} error={undo.error} />
    </div>
  );
}
