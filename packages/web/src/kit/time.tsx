import { formatCountdown, formatDuration } from '../format/duration.ts';
import { viewerTime } from '../format/time.ts';
import { t } from '../messages/translate.ts';
import { useClockValue } from '../platform/use-clock.ts';

/** How long ago, or in how long; the exact time on hover. */
export function Ago({ at }: { readonly at: number }) {
  const text = useClockValue((now) => describeDistance(at - now));
  return <Moment at={at} text={text} />;
}

/** A point in time on the clock, with its day where it is not today's; exact on hover. */
export function At({ at }: { readonly at: number }) {
  const text = useClockValue((now) => viewerTime.short(at, now));
  return <Moment at={at} text={text} />;
}

/** Time left, to the second. */
export function Countdown({ to }: { readonly to: number }) {
  const text = useClockValue((now) => formatCountdown(to - now));
  return <Moment at={to} text={text} />;
}

/** The exact time is written when it is asked for: dates are the costliest words of a page. */
export function Moment({ at, text }: { readonly at: number; readonly text: string }) {
  return (
    <time
      dateTime={new Date(at).toISOString()}
      onPointerEnter={({ currentTarget }) => {
        currentTarget.title = viewerTime.full(at);
      }}
    >
      {text}
    </time>
  );
}

function describeDistance(untilMs: number): string {
  if (Math.abs(untilMs) < 1000) return t('time.now');
  const duration = formatDuration(Math.abs(untilMs));
  return untilMs > 0 ? t('time.in', { duration }) : t('time.ago', { duration });
}
