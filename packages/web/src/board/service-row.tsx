import type { BoardSignal, GoldenSignals, ServiceSummary } from '@nines/contract';
import { BudgetBar } from '../chips/budget-bar.tsx';
import { ServiceChip } from '../chips/service-chip.tsx';
import { UNKNOWN } from '../format/number.ts';
import { formatUnit } from '../format/unit.ts';
import { Sparkline } from '../kit/sparkline.tsx';
import { spanOf } from '../kit/sparkline-path.ts';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { describeTargets, hasSignals, isFailing } from './service-state.ts';
import styles from './service-table.module.css';

type SignalName = keyof GoldenSignals;

const SIGNALS = ['errors', 'latency', 'traffic', 'saturation'] as const satisfies SignalName[];

/** One service: its budget and its golden signals; its targets where it has no signals. */
export function ServiceRow({ service }: { readonly service: ServiceSummary }) {
  return (
    <tr>
      <th scope="row" className={styles.service}>
        <ServiceChip name={service.name} />
        <small>
          <Standing service={service} />
        </small>
      </th>
      <td className={styles.budget} data-label={t('board.column.budget')}>
        {service.slo === null ? (
          <Nothing reason={t('board.budget.none')} />
        ) : (
          <BudgetBar slo={service.slo} />
        )}
      </td>
      {hasSignals(service) ? (
        SIGNALS.map((name) => <SignalCell key={name} name={name} service={service} />)
      ) : (
        <td colSpan={SIGNALS.length} className={styles.blind}>
          {describeTargets(service)} {t('board.signals.none')}
        </td>
      )}
    </tr>
  );
}

function SignalCell(props: { readonly name: SignalName; readonly service: ServiceSummary }) {
  const { name, service } = props;
  const signal: BoardSignal = service.golden[name];
  const isBad = name === 'errors' && isFailing(service);
  return (
    <td data-label={t(`board.column.${name}`)} data-signal={name}>
      {signal === null ? (
        <Nothing reason={t('board.signal.none', { signal: t(`board.column.${name}`) })} />
      ) : (
        <span className={styles.signal}>
          <b data-bad={isBad ? '' : undefined}>
            {signal.value === null ? UNKNOWN : formatUnit(signal.unit, signal.value)}
          </b>
          <Sparkline
            line={signal.line}
            isBad={isBad}
            label={t('board.spark', {
              signal: t(`board.column.${name}`),
              span: spanOf(signal.line),
              high: describeHighest(signal),
            })}
          />
        </span>
      )}
    </td>
  );
}

/** A dash that says on hover, and to those who listen, why there is nothing. */
function Nothing({ reason }: { readonly reason: string }) {
  return (
    <span className={styles.nothing} title={reason}>
      <span aria-hidden="true">{UNKNOWN}</span>
      <span className={styles.spoken}>{reason}</span>
    </span>
  );
}

/** Open alerts and silent targets, where there are any; else who owns it. */
function Standing({ service }: { readonly service: ServiceSummary }) {
  const { firing, targetsUp, targetsTotal } = service;
  const parts = [
    ...(firing.page === 0
      ? []
      : [{ level: 'page', text: t('output.pages', { count: firing.page }) } as const]),
    ...(firing.ticket === 0
      ? []
      : [{ level: 'ticket', text: t('output.tickets', { count: firing.ticket }) } as const]),
    ...(targetsUp === targetsTotal
      ? []
      : [{ level: 'ticket', text: describeTargets(service) } as const]),
  ];
  return (
    <>
      {describeOwner(service)}
      {parts.map(({ level, text }) => (
        <span key={text} className={styles.part}>
          {' · '}
          <UrgencyText level={level}>{text}</UrgencyText>
        </span>
      ))}
    </>
  );
}

function describeOwner({ owner, isDeclared }: ServiceSummary): string {
  if (owner !== null) return owner;
  return isDeclared ? t('board.service.noOwner') : t('board.service.undeclared');
}

function describeHighest({ unit, line }: NonNullable<BoardSignal>): string {
  const known = line.values.filter((value) => value !== null);
  return known.length === 0 ? UNKNOWN : formatUnit(unit, Math.max(...known));
}
