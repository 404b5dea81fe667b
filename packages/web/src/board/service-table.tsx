import type { ServiceSummary } from '@nines/contract';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { Section } from '../kit/section.tsx';
import { spanOf } from '../kit/sparkline-path.ts';
import { useHeldList } from '../kit/use-held-list.ts';
import { t } from '../messages/translate.ts';
import { ServiceRow } from './service-row.tsx';
import styles from './service-table.module.css';

const SCRAPE = `scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['127.0.0.1:8080'] }]`;

/** All services, worst first. */
export function ServiceTable({ services }: { readonly services: readonly ServiceSummary[] }) {
  const { items, hold } = useHeldList(services, nameOf);
  const [first] = services;
  if (first === undefined) {
    return (
      <Section title={t('board.services')}>
        <EmptyLesson
          title={t('board.services.none.title')}
          text={t('board.services.none.text')}
          code={{ text: SCRAPE, label: t('board.services.none.label') }}
        />
      </Section>
    );
  }
  const span = spanOf(first.availability);
  return (
    <Section
      title={t('board.services')}
      note={t('board.services.note', { count: services.length, span })}
    >
      <table className={styles.table} {...hold}>
        <thead>
          <tr>
            <th scope="col">{t('board.column.service')}</th>
            <th scope="col">{t('board.column.budget')}</th>
            <th scope="col">{t('board.column.errors')}</th>
            <th scope="col">{t('board.column.latency')}</th>
            <th scope="col">{t('board.column.traffic')}</th>
            <th scope="col">{t('board.column.saturation')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ item }) => (
            <ServiceRow key={item.name} service={item} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function nameOf(service: ServiceSummary): string {
  return service.name;
}
