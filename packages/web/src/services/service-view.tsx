import type { ServiceSignals, ServiceSummary } from '@nines/contract';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { AlertLines } from '../alerts/alert-lines.tsx';
import { serviceAlertsPath } from '../chips/service-path.ts';
import { RANGES } from '../explore/explore-state.ts';
import { formatConfigDuration, parseConfigDuration } from '../format/duration.ts';
import type { Span } from '../graph/span.ts';
import { Section } from '../kit/section.tsx';
import { Segments } from '../kit/segments.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { useUrlState } from '../kit/use-url-state.ts';
import { t } from '../messages/translate.ts';
import { AboutService } from './about-service.tsx';
import { Dependencies } from './dependencies.tsx';
import { MissingSignals } from './missing-signals.tsx';
import { ServiceObjectives } from './service-objectives.tsx';
import { ServiceTargets } from './service-targets.tsx';
import { formatSpan, parseSpan } from './service-span.ts';
import { SignalPanel } from './signal-panel.tsx';
import { firedMarks } from './signal-graph.ts';
import styles from './service.module.css';
import { useServiceSurroundings } from './use-service.ts';
import { Versions } from './versions.tsx';

export function ServiceView(props: {
  readonly signals: ServiceSignals;
  readonly summary: ServiceSummary | undefined;
}) {
  const { signals, summary } = props;
  const [span, setSpan] = useUrlState(parseSpan, formatSpan);
  const { slos, alerts, targets } = useServiceSurroundings(signals.service);
  const marks = useMemo(() => firedMarks(alerts ?? []), [alerts]);
  return (
    <>
      {signals.signals.length > 0 && (
        <RangeChoice span={span} onChange={(next) => setSpan(next, { isStep: true })} />
      )}
      <div className={styles.columns}>
        <div>
          <div className={styles.signals}>
            {signals.signals.map((signal) => (
              <SignalPanel
                key={`${signal.kind} ${signal.convention} ${signal.title}`}
                signal={signal}
                span={span}
                marks={marks}
                onZoom={(fromMs, toMs) =>
                  setSpan({ kind: 'between', fromMs, toMs }, { isStep: true })
                }
              />
            ))}
          </div>
          <MissingSignals missing={signals.missing} />
          <Dependencies name={signals.service} span={span} />
        </div>
        <aside>
          <ServiceObjectives slos={slos} />
          <Section
            isPanel
            title={t('service.alerts.title')}
            note={<Link href={serviceAlertsPath(signals.service)}>{t('service.alerts.all')}</Link>}
          >
            {alerts !== undefined && <AlertLines alerts={alerts} none={t('service.alerts.none')} />}
          </Section>
          <Versions service={signals.service} versions={signals.versions} />
          <ServiceTargets name={signals.service} targets={targets} />
          <AboutService description={signals.description} summary={summary} />
        </aside>
      </div>
    </>
  );
}

function RangeChoice(props: { readonly span: Span; readonly onChange: (span: Span) => void }) {
  const { span } = props;
  const chosen = span.kind === 'last' ? formatConfigDuration(span.lengthMs) : undefined;
  return (
    <Toolbar>
      <Segments
        label={t('service.range')}
        options={RANGES.map((value) => ({ value, label: value }))}
        value={RANGES.find((range) => sameLength(range, chosen))}
        onChange={(range) =>
          props.onChange({ kind: 'last', lengthMs: parseConfigDuration(range) ?? 0 })
        }
      />
    </Toolbar>
  );
}

/** `24h` and `1d` are the same range. */
function sameLength(range: string, chosen: string | undefined): boolean {
  return chosen !== undefined && parseConfigDuration(range) === parseConfigDuration(chosen);
}
