/** What matchers would silence, and what is odd about that. Pure. */
import type { FiredAlert } from '../alerts/index.ts';
import { formatAlertMatcher } from '../alertmanager/index.ts';
import { formatDuration } from '../platform/index.ts';
import { isMatch, type Matcher } from '../series/index.ts';
import { LONG_MS } from './limits.ts';

/** What is to be silenced, and for how long where that is known. */
export interface PreviewWish {
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number | undefined;
}

/** What matchers are held against. */
export interface KnownAlerts {
  readonly firing: readonly FiredAlert[];
  /** What fired and is over. */
  readonly past: readonly FiredAlert[];
}

export interface Warning {
  readonly code: 'everything' | 'nothing' | 'blind-matcher' | 'long';
  readonly text: string;
  readonly matcher: string | null;
}

export interface Preview extends KnownAlerts {
  readonly warnings: readonly Warning[];
}

/** Holds a wish against what fires and what fired. */
export function previewSilence(wish: PreviewWish, known: KnownAlerts): Preview {
  const isHit = ({ labels }: FiredAlert): boolean => isMatch(wish.matchers, labels);
  const firing = known.firing.filter(isHit);
  const past = known.past.filter(isHit);
  return { firing, past, warnings: [...warnOfReach(wish, known), ...warnOfTime(wish)] };
}

function warnOfReach({ matchers }: PreviewWish, known: KnownAlerts): readonly Warning[] {
  const all = [...known.firing, ...known.past];
  if (all.length === 0) return [];
  const hits = all.filter(({ labels }) => isMatch(matchers, labels));
  const ruleCount = new Set(all.map(({ name }) => name)).size;
  if (hits.length === all.length && ruleCount > 1) {
    const text = `it matches all ${all.length} alerts of the last seven days, of ${ruleCount} rules`;
    return [{ code: 'everything', text, matcher: null }];
  }
  if (hits.length > 0) return [];
  const blind = matchers.filter((matcher) => !all.some(({ labels }) => isMatch([matcher], labels)));
  if (blind.length === 0) {
    const text = 'no alert of the last seven days meets all of its matchers together';
    return [{ code: 'nothing', text, matcher: null }];
  }
  return blind.map((matcher): Warning => {
    const name = formatAlertMatcher(matcher);
    const text = `no alert of the last seven days meets ${name}`;
    return { code: 'blind-matcher', text, matcher: name };
  });
}

function warnOfTime({ startsAtMs, endsAtMs }: PreviewWish): readonly Warning[] {
  if (endsAtMs === undefined || endsAtMs - startsAtMs <= LONG_MS) return [];
  const lasts = formatDuration(Math.round((endsAtMs - startsAtMs) / 60_000) * 60_000);
  const text = `it lasts ${lasts}, longer than ${formatDuration(LONG_MS)}: mend the rule instead, if it can be mended`;
  return [{ code: 'long', text, matcher: null }];
}
