import type { RuleProbation } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { KEYS } from '../api/queries.ts';
import { viewerTime } from '../format/time.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { RoleButton } from '../session/role-button.tsx';
import { FormFailure } from '../settings/form-failure.tsx';
import { rulesQuery } from '../why/why-queries.ts';
import styles from './rules.module.css';
import { SavedRule } from './saved-rule.tsx';
import { useRuleActions } from './use-rule-files.ts';

interface Subject {
  readonly rule: string;
  readonly group: string;
}

/** How a rule does on probation, and its end; nothing for a rule that is not on one. */
export function ProbationPanel({ rule, group }: Subject) {
  const { client } = useServices();
  const { data } = useQuery(rulesQuery(client));
  const { endProbation, undo } = useRuleActions();
  const found = data?.rules.find((one) => one.name === rule && one.group === group)?.probation;
  if (endProbation.data !== undefined) {
    return (
      <SavedRule
        change={endProbation.data}
        undo={undo}
        onUndone={() => {
          endProbation.reset();
          undo.reset();
        }}
      />
    );
  }
  if (data === undefined || found === undefined || found === null) return null;
  const { author, until, isOver } = found;
  const time = viewerTime.short(until, data.now);
  return (
    <section className={styles.probation} aria-label={t('rules.probation')}>
      <p>
        <b>{t(isOver ? 'rules.probation.over' : 'rules.probation.only', { author, time })}</b>
      </p>
      <Counts subject={{ rule, group }} probation={found} />
      <div className={styles.buttons}>
        <RoleButton
          needs="responder"
          loading={endProbation.isPending}
          onClick={() => endProbation.mutate({ rule, group })}
        >
          {t('rules.probation.end')}
        </RoleButton>
      </div>
      <FormFailure what={t('rules.save.failed')} error={endProbation.error} />
    </section>
  );
}

/** How often it fired, beside how often it would have by what is stored of the same time. */
function Counts(props: { readonly subject: Subject; readonly probation: RuleProbation }) {
  const { subject, probation } = props;
  const { client, clock } = useServices();
  const { data } = useQuery({
    queryKey: [KEYS.backtest, 'probation', subject, probation.from],
    queryFn: ({ signal }) => {
      const { rule: name, group } = subject;
      const body = { name, group, fromMs: probation.from, toMs: clock.now() };
      return client('runBacktest', { body }, signal);
    },
    refetchOnWindowFocus: false,
    retry: false,
  });
  const fired = t('rules.probation.fired', { count: probation.firedCount });
  if (data === undefined) return <p>{fired}</p>;
  return (
    <p>
      {fired} {t('rules.probation.backtest', { count: data.tested.firingCount })}
    </p>
  );
}
