/** Reads the parameters of API v2's lists. */
import { errorMessage, invalid } from '../platform/index.ts';
import { compileAnchored, type Matcher } from '../series/index.ts';
import { parseMatcher } from './config/matchers.ts';
import { FILTERS_MAX } from './limits.ts';
import type { SilenceState } from './model.ts';
import type { AlertQuestion } from './views.ts';

/** Reads which alerts are asked for. Throws `ALERTS_FILTER_INVALID`. */
export function readAlertQuestion(parameters: URLSearchParams): AlertQuestion {
  return {
    matchers: readMatchers(parameters, 'filter'),
    matchesReceiver: readReceiver(parameters.get('receiver')),
    receiverMatchers: readReceiverMatchers(parameters),
    hasActive: readSwitch(parameters, 'active'),
    hasSilenced: readSwitch(parameters, 'silenced'),
    hasInhibited: readSwitch(parameters, 'inhibited'),
  };
}

/** The same, of groups. */
export function readGroupQuestion(
  parameters: URLSearchParams,
): AlertQuestion & { readonly hasMuted: boolean } {
  return { ...readAlertQuestion(parameters), hasMuted: readSwitch(parameters, 'muted') };
}

/** Reads which silences are asked for. */
export function readSilenceQuestion(parameters: URLSearchParams): {
  readonly matchers: readonly Matcher[];
  readonly states: readonly SilenceState[];
} {
  const all: readonly SilenceState[] = ['active', 'expired', 'pending'];
  return {
    matchers: readMatchers(parameters, 'filter'),
    states: all.filter((state) => readSwitch(parameters, state)),
  };
}

/** Reads what the labels of receivers are to be. */
export function readReceiverMatchers(parameters: URLSearchParams): readonly Matcher[] {
  return readMatchers(parameters, 'receiver_matchers');
}

function readMatchers(parameters: URLSearchParams, name: string): readonly Matcher[] {
  const texts = parameters.getAll(name);
  if (texts.length > FILTERS_MAX) {
    throw invalid('ALERTS_FILTER_INVALID', `${texts.length} matchers; at most ${FILTERS_MAX}`);
  }
  return texts.map((text) => {
    try {
      return parseMatcher(text);
    } catch (cause) {
      const message = `bad matcher format in ${name}: ${errorMessage(cause)}`;
      throw invalid('ALERTS_FILTER_INVALID', message, { cause });
    }
  });
}

function readReceiver(pattern: string | null): ((name: string) => boolean) | undefined {
  if (pattern === null || pattern === '') return undefined;
  try {
    const regex = compileAnchored(pattern);
    return (name) => regex.matches(name);
  } catch (cause) {
    const message = `failed to parse receiver param: ${errorMessage(cause)}`;
    throw invalid('ALERTS_FILTER_INVALID', message, { cause });
  }
}

/** What go-openapi takes for true; all else that is there is false. */
const TRUE = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled']);

function readSwitch(parameters: URLSearchParams, name: string): boolean {
  const text = parameters.get(name);
  return text === null || text === '' || TRUE.has(text.toLowerCase());
}
