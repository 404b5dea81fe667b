/**
 * Reads alerts as others send them: the body of `POST /api/v2/alerts` of Alertmanager's API, which
 * Prometheus and its like send, and of Alertmanager's webhook, version 4 (docs/formats/alerts-in.md).
 *
 * An alert that cannot be read does not keep the others out, as with Alertmanager (`api/v2`,
 * `model.Alert.Validate`); its faults keep Alertmanager's words where it has some.
 */
import { invalid, isStorableText, parseRfc3339, showValue } from '../platform/index.ts';
import { createLabels, type Labels, quote } from '../series/index.ts';
import {
  EXTERNAL_ANNOTATION_CHARS_MAX,
  EXTERNAL_LABELS_MAX,
  EXTERNAL_NAME_CHARS_MAX,
  EXTERNAL_VALUE_CHARS_MAX,
  RECEIVED_ALERTS_MAX,
} from './limits.ts';

/** An alert as somebody else sees it. */
export interface ExternalAlert {
  /** Invariant: not empty, and no value is. */
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAtMs: number | undefined;
  /** In the past: it is over. Undefined: not known. */
  readonly endsAtMs: number | undefined;
}

/** What a body holds; `faults` tell of the alerts that were left out. */
export interface ExternalBody {
  readonly alerts: readonly ExternalAlert[];
  readonly faults: readonly string[];
  /** Where whoever sent it is looked at; empty where it does not say. */
  readonly externalUrl: string;
}

/** The annotation that leads back to where an alert comes from. */
const GENERATOR = 'generator_url';

type Fields = Readonly<Record<string, unknown>>;

/** Reads the body of Alertmanager's API: an array of alerts. Throws `ALERTS_BODY_INVALID`. */
export function readPostedAlerts(body: unknown): ExternalBody {
  return { ...readAll(body, 'the body', readPosted), externalUrl: '' };
}

/** Reads the body of Alertmanager's webhook. Throws `ALERTS_BODY_INVALID`. */
export function readNotification(body: unknown, nowMs: number): ExternalBody {
  if (!isFields(body)) throw invalidBody('the body', 'an object', body);
  if (body.version !== undefined && body.version !== '4') {
    throw invalid(
      'ALERTS_BODY_INVALID',
      `want version "4" of the webhook, got ${showValue(body.version)}`,
    );
  }
  const read = (value: unknown): ExternalAlert => readNotified(value, nowMs);
  const externalUrl = typeof body.externalURL === 'string' ? body.externalURL : '';
  return { ...readAll(body.alerts, '"alerts"', read), externalUrl };
}

function readAll(
  value: unknown,
  what: string,
  read: (value: unknown) => ExternalAlert,
): Pick<ExternalBody, 'alerts' | 'faults'> {
  if (!Array.isArray(value)) throw invalidBody(what, 'an array of alerts', value);
  if (value.length > RECEIVED_ALERTS_MAX) {
    const message = `${what} has ${value.length} alerts; send at most ${RECEIVED_ALERTS_MAX} at once`;
    throw invalid('ALERTS_BODY_INVALID', message);
  }
  const alerts: ExternalAlert[] = [];
  const faults: string[] = [];
  for (const [index, item] of value.entries()) {
    try {
      alerts.push(read(item));
    } catch (error) {
      if (!(error instanceof AlertFault)) throw error;
      faults.push(`alerts[${index}]: ${error.message}`);
    }
  }
  return { alerts, faults };
}

/** Why one alert is left out; the others are not. */
class AlertFault extends Error {
  override readonly name = 'AlertFault';
}

function readPosted(value: unknown): ExternalAlert {
  const alert = readAlert(value);
  const { startsAtMs, endsAtMs } = alert;
  if (startsAtMs !== undefined && endsAtMs !== undefined && endsAtMs < startsAtMs) {
    throw new AlertFault('start time must be before end time');
  }
  return alert;
}

/** Its status says whether it is over; while it fires its end is the zero time. */
function readNotified(value: unknown, nowMs: number): ExternalAlert {
  const alert = readAlert(value);
  const status = isFields(value) ? value.status : undefined;
  switch (status) {
    case 'firing':
      return { ...alert, endsAtMs: undefined };
    case 'resolved':
      return { ...alert, endsAtMs: Math.min(alert.endsAtMs ?? nowMs, nowMs) };
    default:
      throw new AlertFault(`status must be "firing" or "resolved", got ${showValue(status)}`);
  }
}

function readAlert(value: unknown): ExternalAlert {
  if (!isFields(value)) throw new AlertFault(`want an object, got ${showValue(value)}`);
  const pairs = readTexts('label', value.labels ?? {}, EXTERNAL_VALUE_CHARS_MAX);
  const labels = Object.fromEntries(pairs.filter(([, text]) => text !== ''));
  if (Object.keys(labels).length === 0) throw new AlertFault('at least one label pair required');
  const given = readTexts('annotation', value.annotations ?? {}, EXTERNAL_ANNOTATION_CHARS_MAX);
  const annotations = Object.fromEntries(given);
  const generator = readUrl(value.generatorURL);
  return {
    labels: createLabels(labels),
    annotations: generator === '' ? annotations : { [GENERATOR]: generator, ...annotations },
    startsAtMs: readTime('startsAt', value.startsAt),
    endsAtMs: readTime('endsAt', value.endsAt),
  };
}

function readTexts(
  kind: 'label' | 'annotation',
  value: unknown,
  charsMax: number,
): readonly (readonly [string, string])[] {
  const set = `invalid ${kind === 'label' ? 'label set' : 'annotations'}`;
  if (!isFields(value)) throw new AlertFault(`${set}: want an object, got ${showValue(value)}`);
  const pairs = Object.entries(value);
  if (pairs.length > EXTERNAL_LABELS_MAX) {
    throw new AlertFault(
      `${set}: ${pairs.length} ${kind}s; at most ${EXTERNAL_LABELS_MAX} are taken`,
    );
  }
  return pairs.map(([name, text]) => {
    if (!isStorableText(name, EXTERNAL_NAME_CHARS_MAX) || name === '') {
      throw new AlertFault(`${set}: invalid name ${showValue(name)}`);
    }
    if (typeof text !== 'string' || !isStorableText(text, charsMax)) {
      const want = `want text of up to ${charsMax} characters`;
      throw new AlertFault(
        `${set}: invalid value of ${quote(name)}: ${want}, got ${showValue(text)}`,
      );
    }
    return [name, text] as const;
  });
}

/** A link for people; what is none is of no use, and no reason to refuse an alert. */
function readUrl(value: unknown): string {
  if (typeof value !== 'string' || value.length > EXTERNAL_VALUE_CHARS_MAX) return '';
  const url = URL.parse(value);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.href : '';
}

/** Go's zero time says that there is none. */
function readTime(field: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const atMs = parseRfc3339(value);
  if (Number.isNaN(atMs)) {
    throw new AlertFault(`${field} must be a time as of RFC 3339, got ${showValue(value)}`);
  }
  return atMs <= 0 ? undefined : atMs;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalidBody(what: string, want: string, got: unknown): Error {
  return invalid('ALERTS_BODY_INVALID', `${what} must be ${want}, got ${showValue(got)}`);
}
