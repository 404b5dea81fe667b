import { Link } from 'wouter';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { t } from '../messages/translate.ts';

const OPENSLO = `apiVersion: openslo/v1
kind: SLO
metadata: { name: checkout-availability, displayName: Checkout works }
spec:
  service: checkout
  budgetingMethod: Occurrences
  timeWindow: [{ duration: 30d, isRolling: true }]
  objectives: [{ target: 0.999 }]
  indicator:
    metadata: { name: checkout-good }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: Prometheus, spec: { query: 'http_requests_total{job="checkout",code=~"5.."}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: 'http_requests_total{job="checkout"}' } } }`;

/** No objective fits: because none is declared, or because the filter hides them. */
export function NoObjectives({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyLesson title={t('objectives.none.filtered')} text={t('objectives.none.filtered.text')}>
        <p>
          <Link href="/objectives">{t('objectives.none.clear')}</Link>
        </p>
      </EmptyLesson>
    );
  }
  return (
    <EmptyLesson
      title={t('objectives.none.title')}
      text={t('objectives.none.text')}
      code={{ text: OPENSLO, label: t('objectives.none.label') }}
    />
  );
}
