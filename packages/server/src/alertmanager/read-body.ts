/**
 * Reads what clients post (api/v2/openapi.yaml of Alertmanager).
 *
 * An alert that cannot be read does not keep the others out, as with Alertmanager; its fault keeps
 * Alertmanager's words where it has some.
 */
import {
  errorMessage,
  invalid,
  isStorableText,
  parseRfc3339,
  showValue,
} from '../platform/index.ts';
import {
  createLabels,
  createLabelsFromPairs,
  type Labels,
  type MatchOperator,
  type Matcher,
  quote,
} from '../series/index.ts';
import type { PostedAlert } from './alert.ts';
import { createAlertMatcher } from './config/matchers.ts';
import {
  ALERTS_PER_POST_MAX,
  ANNOTATION_CHARS_MAX,
  LABELS_MAX,
  MATCHERS_MAX,
  NAME_CHARS_MAX,
  SILENCE_TEXT_CHARS_MAX,
  VALUE_CHARS_MAX,
} from './limits.ts';
import type { SilenceWish } from './silence.ts';

/** What a body of alerts holds; `faults` tell of those that were left out. */
export interface PostedAlerts {
  readonly alerts: readonly PostedAlert[];
  readonly faults: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Why one alert is left out. */
class BodyFault extends Error {
  override readonly name = 'BodyFault';
}

/** Reads the body of `POST /api/v2/alerts`. Throws `ALERTS_BODY_INVALID`. */
export function readPostedAlerts(body: unknown): PostedAlerts {
  if (!Array.isArray(body)) {
    throw invalid('ALERTS_BODY_INVALID', `want an array of alerts, got ${showValue(body)}`);
  }
  if (body.length > ALERTS_PER_POST_MAX) {
    const message = `${body.length} alerts at once; send at most ${ALERTS_PER_POST_MAX}`;
    throw invalid('ALERTS_BODY_INVALID', message);
  }
  const alerts: PostedAlert[] = [];
  const faults: string[] = [];
  for (const [index, item] of body.entries()) {
    try {
      alerts.push(readAlert(item));
    } catch (error) {
      if (!(error instanceof BodyFault)) throw error;
      faults.push(`alerts[${index}]: ${error.message}`);
    }
  }
  return { alerts, faults };
}

/** Reads the body of `POST /api/v2/silences`. Throws `SILENCE_INVALID`. */
export function readSilence(body: unknown): SilenceWish {
  try {
    return readWish(body);
  } catch (error) {
    if (!(error instanceof BodyFault)) throw error;
    throw invalid('SILENCE_INVALID', `invalid silence: ${error.message}`);
  }
}

function readAlert(value: unknown): PostedAlert {
  if (!isFields(value)) throw new BodyFault(`want an object, got ${showValue(value)}`);
  const labels = readSet('label', value.labels, VALUE_CHARS_MAX);
  if (labels.names.length === 0) throw new BodyFault('at least one label pair required');
  const startsAtMs = readTime('startsAt', value.startsAt);
  const endsAtMs = readTime('endsAt', value.endsAt);
  if (startsAtMs !== undefined && endsAtMs !== undefined && endsAtMs < startsAtMs) {
    throw new BodyFault('start time must be before end time');
  }
  return {
    labels,
    annotations: readSet('annotation', value.annotations, ANNOTATION_CHARS_MAX),
    startsAtMs,
    endsAtMs,
    generatorUrl: readText('generatorURL', value.generatorURL ?? '', VALUE_CHARS_MAX),
  };
}

function readWish(value: unknown): SilenceWish {
  if (!isFields(value)) throw new BodyFault(`want an object, got ${showValue(value)}`);
  const { matchers } = value;
  if (!Array.isArray(matchers)) throw new BodyFault('matchers must be an array');
  if (matchers.length > MATCHERS_MAX) {
    throw new BodyFault(`${matchers.length} matchers; at most ${MATCHERS_MAX} are taken`);
  }
  const startsAtMs = readTime('startsAt', value.startsAt);
  const endsAtMs = readTime('endsAt', value.endsAt);
  if (startsAtMs === undefined) throw new BodyFault('invalid zero start timestamp');
  if (endsAtMs === undefined) throw new BodyFault('invalid zero end timestamp');
  const annotations = readSet('annotation', value.annotations, ANNOTATION_CHARS_MAX);
  return {
    id: readText('id', value.id ?? '', NAME_CHARS_MAX),
    matchers: matchers.map(readMatcher),
    startsAtMs,
    endsAtMs,
    createdBy: readText('createdBy', value.createdBy, SILENCE_TEXT_CHARS_MAX),
    comment: readText('comment', value.comment, SILENCE_TEXT_CHARS_MAX),
    annotations: Object.fromEntries(annotations.names.map((n, i) => [n, annotations.values[i]])),
  };
}

function readMatcher(value: unknown, index: number): Matcher {
  const at = `label matcher ${index}`;
  if (!isFields(value)) throw new BodyFault(`${at}: want an object, got ${showValue(value)}`);
  const name = readText(`${at}: name`, value.name, NAME_CHARS_MAX);
  if (name === '') throw new BodyFault(`${at}: invalid label name ""`);
  const text = readText(`${at}: value`, value.value, VALUE_CHARS_MAX);
  const isRegex = readFlag(`${at}: isRegex`, value.isRegex, undefined);
  const isEqual = readFlag(`${at}: isEqual`, value.isEqual, true);
  try {
    return createAlertMatcher({ name, operator: chooseOperator(isEqual, isRegex), value: text });
  } catch (error) {
    throw new BodyFault(`${at}: invalid regular expression ${quote(text)}: ${errorMessage(error)}`);
  }
}

function chooseOperator(isEqual: boolean, isRegex: boolean): MatchOperator {
  if (isRegex) return isEqual ? '=~' : '!~';
  return isEqual ? '=' : '!=';
}

function readFlag(field: string, value: unknown, otherwise: boolean | undefined): boolean {
  const flag = value ?? otherwise;
  if (typeof flag !== 'boolean') throw new BodyFault(`${field} must be true or false`);
  return flag;
}

function readSet(kind: 'label' | 'annotation', value: unknown, charsMax: number): Labels {
  if (value === undefined || value === null) return createLabels({});
  const set = kind === 'label' ? 'invalid label set' : 'invalid annotations';
  if (!isFields(value)) throw new BodyFault(`${set}: want an object, got ${showValue(value)}`);
  const pairs = Object.entries(value);
  if (pairs.length > LABELS_MAX) {
    throw new BodyFault(`${set}: ${pairs.length} ${kind}s; at most ${LABELS_MAX} are taken`);
  }
  return createLabelsFromPairs(
    pairs.map(([name, text]) => {
      if (name === '' || !isStorableText(name, NAME_CHARS_MAX)) {
        throw new BodyFault(`${set}: invalid name ${showValue(name)}`);
      }
      return [name, readText(`${set}: ${quote(name)}`, text, charsMax)] as const;
    }),
  );
}

function readText(field: string, value: unknown, charsMax: number): string {
  if (typeof value === 'string' && isStorableText(value, charsMax)) return value;
  throw new BodyFault(
    `${field} must be text of up to ${charsMax} characters, got ${showValue(value)}`,
  );
}

/** Go's zero time says that there is none. */
function readTime(field: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const atMs = parseRfc3339(value);
  if (Number.isNaN(atMs)) {
    throw new BodyFault(`${field} must be a time as of RFC 3339, got ${showValue(value)}`);
  }
  return atMs <= 0 ? undefined : atMs;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
