/**
 * Reads messages of peers.
 *
 * What is not a message of ours is refused as a whole. An item that cannot be read is left out and
 * named: were the message refused for it, its sender would send it again for ever, and all that
 * comes with it would never arrive.
 */
import {
  errorMessage,
  invalid,
  isStorableText,
  parseRfc3339,
  showValue,
} from '../../platform/index.ts';
import { acceptAlert } from '../alert.ts';
import type { LogEntry, Silence } from '../model.ts';
import { readPostedAlerts, readSilence } from '../read-body.ts';
import type { ReplicaAlert } from '../replica.ts';
import { MESSAGE_FORMAT } from './format-message.ts';
import {
  FINGERPRINTS_MAX,
  GROUP_KEY_CHARS_MAX,
  IDENTITY_CHARS_MAX,
  MESSAGE_ITEMS_MAX,
  PEERS_MAX,
} from './limits.ts';
import type { Contact, Identity, MemberStatus, Message } from './model.ts';

export interface ReadMessage {
  readonly message: Message;
  /** Why items were left out. */
  readonly faults: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const STATUSES: readonly MemberStatus[] = ['settling', 'ready', 'leaving'];
const FINGERPRINT = /^[0-9a-f]{16}$/;
/** A host, or an IPv6 address in brackets, and a port. */
const ADDRESS = /^(?:\[[0-9a-fA-F:.%]+\]|[A-Za-z0-9._-]+):\d{1,5}$/;

/** Reads a body; throws `CLUSTER_MESSAGE_INVALID`. */
export function readMessage(text: string): ReadMessage {
  const body = parse(text);
  if (body.format !== MESSAGE_FORMAT) {
    throw refused(`format must be "${MESSAGE_FORMAT}", got ${showValue(body.format)}`);
  }
  const faults: string[] = [];
  const read = <T>(name: string, readItem: (item: unknown) => T): readonly T[] =>
    readItems({ name, items: readList(name, body[name], MESSAGE_ITEMS_MAX), faults }, readItem);
  const message: Message = {
    label: readText('label', body.label),
    from: readIdentity(readFields('from', body.from)),
    toRun: readText('toRun', body.toRun),
    sentAtMs: readInstant('sentAtMs', body.sentAtMs),
    members: readList('members', body.members, PEERS_MAX).map(readContact),
    isComplete: readFlag('isComplete', body.isComplete),
    replica: {
      silences: read('silences', readReplicaSilence),
      log: read('log', readEntry),
      alerts: read('alerts', readReplicaAlert),
    },
  };
  return { message, faults };
}

function parse(text: string): Fields {
  try {
    return readFields('the body', JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refused(`it is no JSON: ${errorMessage(error)}`);
  }
}

function readItems<T>(
  what: { readonly name: string; readonly items: readonly unknown[]; readonly faults: string[] },
  readItem: (item: unknown) => T,
): readonly T[] {
  const { name, items, faults } = what;
  const read: T[] = [];
  for (const [index, item] of items.entries()) {
    try {
      read.push(readItem(item));
    } catch (error) {
      faults.push(`${name}[${index}]: ${errorMessage(error)}`);
    }
  }
  return read;
}

function readIdentity(value: Fields): Identity {
  const status = STATUSES.find((one) => one === value.status);
  if (status === undefined) {
    throw refused(`from.status must be ${STATUSES.join(', ')}, got ${showValue(value.status)}`);
  }
  const port = readInstant('from.port', value.port);
  if (port > 65_535) throw refused(`from.port must be a port, got ${port}`);
  const run = readText('from.run', value.run);
  if (run === '') throw refused('from.run must not be empty');
  const host = readText('from.host', value.host);
  if (host !== '' && !ADDRESS.test(`${host}:1`)) {
    throw refused(`from.host must be a host, got ${showValue(host)}`);
  }
  const { readySinceMs } = value;
  return {
    name: readText('from.name', value.name),
    run,
    host,
    port,
    status,
    readySinceMs:
      readySinceMs === null ? undefined : readInstant('from.readySinceMs', readySinceMs),
  };
}

function readContact(value: unknown): Contact {
  const fields = readFields('members', value);
  const address = readText('members.address', fields.address);
  if (!ADDRESS.test(address)) {
    throw refused(`members.address must be HOST:PORT, got ${showValue(address)}`);
  }
  return { run: readText('members.run', fields.run), address };
}

function readReplicaSilence(value: unknown): Silence {
  const { updatedAt } = readFields('a silence', value);
  const silence = readSilence(value);
  if (silence.id === '') throw refused('id must not be empty');
  if (silence.matchers.length === 0) throw refused('matchers must not be empty');
  return { ...silence, updatedAtMs: readTime('updatedAt', updatedAt) };
}

function readEntry(value: unknown): LogEntry {
  const fields = readFields('an entry', value);
  return {
    groupKey: readText('groupKey', fields.groupKey, GROUP_KEY_CHARS_MAX),
    receiver: readText('receiver', fields.receiver, GROUP_KEY_CHARS_MAX),
    integration: readText('integration', fields.integration),
    index: readInstant('index', fields.index),
    notifiedAtMs: readInstant('notifiedAtMs', fields.notifiedAtMs),
    firing: readList('firing', fields.firing, FINGERPRINTS_MAX).map(readFingerprint),
    resolved: readList('resolved', fields.resolved, FINGERPRINTS_MAX).map(readFingerprint),
    expiresAtMs: readInstant('expiresAtMs', fields.expiresAtMs),
  };
}

function readReplicaAlert(value: unknown): ReplicaAlert {
  const { updatedAt, isTimeout, isSettled } = readFields('an alert', value);
  const { alerts, faults } = readPostedAlerts([value]);
  if (faults.length > 0) throw refused(faults.join('; '));
  const nowMs = readTime('updatedAt', updatedAt);
  const alert = acceptAlert(alerts[0], { nowMs, resolveTimeoutMs: 0 });
  return {
    alert: { ...alert, isTimeout: readFlag('isTimeout', isTimeout) },
    isSettled: readFlag('isSettled', isSettled),
  };
}

function readFingerprint(value: unknown): string {
  if (typeof value === 'string' && FINGERPRINT.test(value)) return value;
  throw refused(`a fingerprint must be 16 hex digits, got ${showValue(value)}`);
}

function readFields(name: string, value: unknown): Fields {
  if (isFields(value)) return value;
  throw refused(`${name} must be an object, got ${showValue(value)}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readList(name: string, value: unknown, countMax: number): readonly unknown[] {
  if (!Array.isArray(value)) throw refused(`${name} must be an array, got ${showValue(value)}`);
  if (value.length <= countMax) return value;
  throw refused(`${name} has ${value.length} items; at most ${countMax} are taken`);
}

function readText(name: string, value: unknown, charsMax = IDENTITY_CHARS_MAX): string {
  if (typeof value === 'string' && isStorableText(value, charsMax)) return value;
  throw refused(`${name} must be text of up to ${charsMax} characters, got ${showValue(value)}`);
}

function readInstant(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw refused(`${name} must be a whole number that is not negative, got ${showValue(value)}`);
}

function readTime(name: string, value: unknown): number {
  const atMs = parseRfc3339(value);
  if (!Number.isNaN(atMs)) return atMs;
  throw refused(`${name} must be a time as of RFC 3339, got ${showValue(value)}`);
}

function readFlag(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw refused(`${name} must be true or false, got ${showValue(value)}`);
}

function refused(why: string): Error {
  return invalid('CLUSTER_MESSAGE_INVALID', `no message of a peer: ${why}`);
}
