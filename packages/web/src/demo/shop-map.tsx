import type { DemoFault, DemoState, ServiceSummary } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { boardQuery } from '../api/queries.ts';
import { ServiceChip } from '../chips/service-chip.tsx';
import { formatRate, UNKNOWN } from '../format/number.ts';
import { formatUnit } from '../format/unit.ts';
import { Sparkline } from '../kit/sparkline.tsx';
import { spanOf } from '../kit/sparkline-path.ts';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import styles from './shop-map.module.css';
import { findShopService, SHOP, type ShopService } from './shop.ts';

/** The way of a request through the shop, with what is measured at each stop. */
export function ShopMap({ demo }: { readonly demo: DemoState }) {
  const { client } = useServices();
  const { data: board } = useQuery(boardQuery(client, true));
  return (
    <ol className={styles.map}>
      <li className={styles.customers}>
        <b>{t('demo.customers')}</b>
        <span>{formatRate(demo.requestsPerSecond)}</span>
      </li>
      {SHOP.map((name) => (
        <Fragment key={name}>
          <li className={styles.arrow} aria-hidden="true" data-still={isStill(demo)} />
          <Stop
            name={name}
            service={findShopService(board, name)}
            faults={demo.faults.filter((fault) => fault.service === name && fault.since !== null)}
          />
        </Fragment>
      ))}
    </ol>
  );
}

function isStill(demo: DemoState): '' | undefined {
  return demo.isLoadOn && demo.isShopUp ? undefined : '';
}

const SIGNALS = ['traffic', 'errors', 'latency'] as const;
/** More failures than this are drawn as trouble. */
const ERRORS_BAD = 0.02;

function Stop(props: {
  readonly name: ShopService;
  readonly service: ServiceSummary | undefined;
  readonly faults: readonly DemoFault[];
}) {
  const { name, service, faults } = props;
  const errors = service?.golden.errors?.value ?? 0;
  return (
    <li className={styles.stop} data-bad={errors > ERRORS_BAD ? '' : undefined}>
      <h3>
        <ServiceChip name={name} />
      </h3>
      {service === undefined ? (
        <p>{t('demo.stop.waiting')}</p>
      ) : (
        <dl>
          {SIGNALS.map((kind) => (
            <Figure key={kind} kind={kind} service={service} isBad={errors > ERRORS_BAD} />
          ))}
        </dl>
      )}
      {service !== undefined && service.targetsUp < service.targetsTotal && (
        <p>
          <UrgencyText level="ticket">
            {t('demo.stop.down', { up: service.targetsUp, total: service.targetsTotal })}
          </UrgencyText>
        </p>
      )}
      {faults.map((fault) => (
        <p key={fault.id}>
          <UrgencyText level="ticket">{t(`demo.stop.${fault.kind}`)}</UrgencyText>
        </p>
      ))}
    </li>
  );
}

function Figure(props: {
  readonly kind: (typeof SIGNALS)[number];
  readonly service: ServiceSummary;
  readonly isBad: boolean;
}) {
  const { kind, service, isBad } = props;
  const signal = service.golden[kind];
  const value = signal?.value ?? null;
  const isMarked = kind === 'errors' && isBad;
  return (
    <div>
      <dt>{t(`demo.signal.${kind}`)}</dt>
      <dd data-bad={isMarked ? '' : undefined}>
        {signal === null || value === null ? UNKNOWN : formatUnit(signal.unit, value)}
      </dd>
      {signal !== null && (
        <dd className={styles.spark}>
          <Sparkline
            line={signal.line}
            isBad={isMarked}
            label={t('demo.spark', { signal: t(`demo.signal.${kind}`), span: spanOf(signal.line) })}
          />
        </dd>
      )}
    </div>
  );
}
