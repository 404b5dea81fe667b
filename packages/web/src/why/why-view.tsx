import type { Explanation, Output, WhyCause } from '@nines/contract';
import { Link } from 'wouter';
import { explorePath } from '../explore/explore-path.ts';
import { formatMetric } from '../graph/series-name.ts';
import { At } from '../kit/time.tsx';
import { Rich } from '../messages/rich.tsx';
import { EvaluationStrip } from './evaluation-strip.tsx';
import { spanAround } from './explore-span.ts';
import { PartTree } from './part-tree.tsx';
import { RouteSteps } from './route-steps.tsx';
import { TimerList } from './timer-list.tsx';
import styles from './why.module.css';
import { describeCause, describeReason } from './why-words.ts';

/** The answer, and what it rests on. */
export function WhyView(props: {
  readonly explanation: Explanation;
  readonly output: Output;
  /** Whether the answer's first sentence stands above already. */
  readonly isTold?: boolean;
}) {
  const { explanation, output, isTold = false } = props;
  const { reasons, causes, at } = explanation;
  const sentences = reasons.flatMap((reason) => describeReason(reason, at));
  return (
    <div className={styles.why}>
      <div className={styles.answer}>
        {sentences.slice(isTold ? 1 : 0).map((sentence, index) => (
          <p key={sentence} data-first={index === 0 && !isTold}>
            {sentence}
          </p>
        ))}
        {causes.map((cause) => (
          <Cause key={`${cause.kind} ${cause.part}`} cause={cause} at={at} />
        ))}
        <p className={styles.asOf}>
          <Rich id="why.asOf" args={[{ time: <At at={at} /> }]} />
        </p>
      </div>
      <EvaluationStrip explanation={explanation} output={output} />
      <PartTree parts={explanation.parts} at={at} />
      <TimerList timers={explanation.timers} />
      {explanation.route !== null && <RouteSteps route={explanation.route} />}
    </div>
  );
}

function Cause({ cause, at }: { readonly cause: WhyCause; readonly at: number }) {
  const labels = 'labels' in cause && Object.keys(cause.labels).length > 0 ? cause.labels : null;
  return (
    <div className={styles.cause}>
      <p>{describeCause(cause, at).join(' ')}</p>
      {labels !== null && <code>{formatMetric(labels)}</code>}
      <Link href={explorePath({ expressions: [cause.part], span: spanAround(at) })}>
        <code>{cause.part}</code>
      </Link>
    </div>
  );
}
