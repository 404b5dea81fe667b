import type { ServiceEntry } from '@nines/contract';
import { Link } from 'wouter';
import { servicePath, serviceTargetsPath } from '../chips/service-path.ts';
import { UNKNOWN } from '../format/number.ts';
import { useGrowingWindow } from '../kit/use-growing-window.ts';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './catalogue.module.css';

/** Declared on the left, seen on the right; what is on one side only is marked. */
export function CatalogueTable({ services }: { readonly services: readonly ServiceEntry[] }) {
  const { count, end } = useGrowingWindow(services.length);
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('services.column.service')}</th>
            <th scope="col">{t('services.column.declared')}</th>
            <th scope="col">{t('services.column.seen')}</th>
            <th scope="col">{t('services.column.standing')}</th>
          </tr>
        </thead>
        <tbody>
          {services.slice(0, count).map((service) => (
            <Row key={service.name} service={service} />
          ))}
        </tbody>
      </table>
      <div ref={end} />
    </>
  );
}

function Row({ service }: { readonly service: ServiceEntry }) {
  const { name, standing, owner, description, match } = service;
  return (
    <tr>
      <th scope="row">
        <Link href={servicePath(name)}>{name}</Link>
        {description !== null && <small>{description}</small>}
      </th>
      <td data-label={t('services.column.declared')} data-missing={owner === null ? '' : undefined}>
        {owner === null ? (
          t(standing === 'self' ? 'services.declared.self' : 'services.declared.none')
        ) : (
          <>
            {owner} <code>{match.join(' ')}</code>
          </>
        )}
      </td>
      <td
        data-label={t('services.column.seen')}
        data-missing={standing === 'unseen' ? '' : undefined}
      >
        <Seen service={service} />
      </td>
      <td data-label={t('services.column.standing')} className={styles.standing}>
        {standing === 'unowned' || standing === 'unseen' ? (
          <UrgencyText level="ticket">{t(`services.standing.${standing}`)}</UrgencyText>
        ) : (
          t(`services.standing.${standing}`)
        )}
      </td>
    </tr>
  );
}

function Seen({ service }: { readonly service: ServiceEntry }) {
  const { name, standing, jobs, targetsUp, targetsTotal, isPushed } = service;
  if (standing === 'unseen') return t('services.seen.none');
  const jobsText = jobs.length === 0 ? UNKNOWN : jobs.join(' ');
  return (
    <>
      {targetsTotal > 0 && (
        <Link href={serviceTargetsPath(name)}>
          {t('services.seen.targets', { up: targetsUp, count: targetsTotal })}
        </Link>
      )}
      {targetsTotal === 0 && isPushed && t('services.seen.pushed')} <code>{jobsText}</code>
    </>
  );
}
