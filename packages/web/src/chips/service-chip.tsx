import { Link } from 'wouter';
import { t } from '../messages/translate.ts';
import { BudgetBar } from './budget-bar.tsx';
import styles from './chips.module.css';
import { HoverCard } from './hover-card.tsx';
import { serviceAlertsPath, servicePath, serviceTargetsPath } from './service-path.ts';
import { useKnownService, useServiceLookup } from './use-known-service.ts';
import { isWebAddress } from './web-address.ts';

/** A service, wherever one is named: its name leads to its page, hovering tells how it is. */
export function ServiceChip({ name }: { readonly name: string }) {
  const find = useServiceLookup();
  return (
    <HoverCard card={() => (find(name) === undefined ? undefined : <ServiceCard name={name} />)}>
      <Link href={servicePath(name)} className={styles.chip}>
        {name}
      </Link>
    </HoverCard>
  );
}

/** As the board tells it, live. */
function ServiceCard({ name }: { readonly name: string }) {
  const service = useKnownService(name);
  if (service === undefined) return null;
  const open = service.firing.page + service.firing.ticket;
  return (
    <div>
      <h4>{service.name}</h4>
      <p>
        {service.owner === null
          ? t('service.noOwner')
          : t('service.owner', { owner: service.owner })}
      </p>
      <p>{t('service.targets', { up: service.targetsUp, total: service.targetsTotal })}</p>
      <p>{t('service.open', { count: open })}</p>
      {service.slo !== null && (
        <p>
          <BudgetBar slo={service.slo} />
        </p>
      )}
      <div className={styles.links}>
        <Link href={serviceAlertsPath(service.name)}>{t('service.alerts')}</Link>
        <Link href={serviceTargetsPath(service.name)}>{t('service.targetsLink')}</Link>
        {service.playbook !== null && isWebAddress(service.playbook) && (
          <a href={service.playbook} target="_blank" rel="noreferrer">
            {t('alert.playbook')}
          </a>
        )}
      </div>
    </div>
  );
}
