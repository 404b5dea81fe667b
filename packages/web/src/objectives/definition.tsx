import type { SloDetail } from '@nines/contract';
import { Link } from 'wouter';
import { describeTarget } from '../chips/objective-words.ts';
import { ServiceChip } from '../chips/service-chip.tsx';
import { explorePath } from '../explore/explore-path.ts';
import { CodeBlock } from '../kit/code-block.tsx';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import { listExpressions } from './expressions.ts';
import styles from './objective-view.module.css';

const RANGE_MS = 6 * 60 * 60 * 1000;

/** What is counted, as its file says it. */
export function Definition({ detail }: { readonly detail: SloDetail }) {
  const { slo, indicator, file } = detail;
  return (
    <Section isPanel title={t('objective.definition')}>
      {slo.description !== null && <p className={styles.description}>{slo.description}</p>}
      <dl className={styles.pairs}>
        {slo.service !== null && (
          <div>
            <dt>{t('objective.definition.service')}</dt>
            <dd>
              <ServiceChip name={slo.service} />
            </dd>
          </div>
        )}
        {slo.owner !== null && (
          <div>
            <dt>{t('objective.definition.owner')}</dt>
            <dd>{slo.owner}</dd>
          </div>
        )}
        <div>
          <dt>{t('objective.definition.target')}</dt>
          <dd>{describeTarget(slo)}</dd>
        </div>
        <div>
          <dt>{t('objective.definition.file')}</dt>
          <dd>{file}</dd>
        </div>
      </dl>
      {listExpressions(indicator).map(({ name, expression }) => (
        <div key={name} className={styles.expression}>
          <h3>
            {name}{' '}
            <Link
              href={exploreOf(expression)}
              aria-label={`${t('objective.definition.explore')}: ${name}`}
            >
              {t('objective.definition.explore')}
            </Link>
          </h3>
          <CodeBlock code={expression} label={name} />
        </div>
      ))}
    </Section>
  );
}

function exploreOf(expression: string): string {
  return explorePath({
    expressions: [expression],
    span: { kind: 'last', lengthMs: RANGE_MS },
  });
}
