import { useQuery } from '@tanstack/react-query';
import { relabelStepsQuery } from '../api/queries.ts';
import { QueryView } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { formatRule, type LabelChange, listStepViews, type StepView } from './relabel-changes.ts';
import styles from './relabel-steps.module.css';

/** Each relabelling rule of a target's job, with what it changed. */
export function RelabelStepsView(props: {
  readonly job: string;
  readonly discoveredLabels: Record<string, string>;
}) {
  const { job, discoveredLabels } = props;
  const { client } = useServices();
  const query = useQuery(relabelStepsQuery(client, job, discoveredLabels));
  return (
    <QueryView
      query={query}
      what={t('targets.relabel.failed')}
      skeleton={<RowsSkeleton count={2} height={24} />}
    >
      {(data) => <StepList steps={listStepViews(discoveredLabels, data)} />}
    </QueryView>
  );
}

function StepList({ steps }: { readonly steps: readonly StepView[] }) {
  if (steps.length === 0) return <span className={styles.none}>{t('targets.relabel.none')}</span>;
  return (
    <ol className={styles.steps}>
      {steps.map((step) => (
        <li key={step.number} className={styles.step} data-outcome={step.outcome}>
          <p className={styles.rule}>
            <b>{step.rule.action}</b> <code>{formatRule(step.rule)}</code>
          </p>
          <Outcome step={step} />
        </li>
      ))}
    </ol>
  );
}

function Outcome({ step }: { readonly step: StepView }) {
  switch (step.outcome) {
    case 'dropped':
      return <p className={styles.dropped}>{t('targets.relabel.dropped')}</p>;
    case 'unchanged':
      return <p className={styles.none}>{t('targets.relabel.unchanged')}</p>;
    case 'changed':
      return (
        <ul className={styles.changes}>
          {step.changes.map((change) => (
            <Change key={change.name} change={change} />
          ))}
        </ul>
      );
  }
}

/** Words beside the sign: a change is not told by its colour or its place alone. */
function Change({ change: { name, from, to } }: { readonly change: LabelChange }) {
  const kind = from === null ? 'added' : to === null ? 'removed' : 'changed';
  return (
    <li data-kind={kind}>
      <span className={styles.kind}>{t(`targets.relabel.${kind}`)}</span>
      <code>
        {`${name}=`}
        {kind === 'changed' && <del>{`"${from}"`}</del>}
        {kind === 'changed' && ' '}
        {`"${to ?? from}"`}
      </code>
    </li>
  );
}
