/** Reads `webhooks:` of the configuration file. */
import { dirname, resolve } from 'node:path';
import { addressLiteral, findAddressRefusal, type YamlValue } from '../platform/index.ts';
import { CHANNEL_NAME, WEBHOOKS_MAX } from './limits.ts';
import type { Webhook } from './model.ts';

const FIELDS = ['name', 'url', 'secret_file', 'allow_private'];

/** Reads the declared webhooks; faults are noted at their place, what has any is left out. */
export function readWebhooks(value: YamlValue | undefined): Webhook[] {
  const items = value?.list() ?? [];
  if (items.length > WEBHOOKS_MAX) {
    value?.fault(`webhooks has ${items.length} entries; at most ${WEBHOOKS_MAX} are read`);
  }
  const webhooks = new Map<string, Webhook>();
  for (const item of items.slice(0, WEBHOOKS_MAX)) {
    const webhook = readWebhook(item);
    if (webhook === undefined) continue;
    if (webhooks.has(webhook.name)) item.fault(`webhook "${webhook.name}" is declared twice`);
    else webhooks.set(webhook.name, webhook);
  }
  return [...webhooks.values()];
}

function readWebhook(item: YamlValue): Webhook | undefined {
  const fields = item.fields(FIELDS);
  const name = readName(item, fields.find('name'));
  const allowsPrivate = fields.find('allow_private')?.boolean() ?? false;
  const url = readUrl(item, fields.find('url'), allowsPrivate);
  const secretFile = fields.find('secret_file');
  if (name === undefined || url === undefined) return undefined;
  return {
    name,
    url,
    // Beside the file that names it, as Prometheus resolves its `*_file` settings.
    secretFile: secretFile && resolve(dirname(secretFile.place.file), secretFile.string()),
    allowsPrivate,
  };
}

function readName(item: YamlValue, value: YamlValue | undefined): string | undefined {
  if (value === undefined) {
    item.fault(`${item.path} has no name`);
    return undefined;
  }
  const name = value.string();
  if (CHANNEL_NAME.test(name)) return name;
  value.fault(`${value.path} must be up to 64 letters, digits, ".", "_" and "-", got "${name}"`);
  return undefined;
}

function readUrl(
  item: YamlValue,
  value: YamlValue | undefined,
  allowsPrivate: boolean,
): URL | undefined {
  if (value === undefined) {
    item.fault(`${item.path} has no url`);
    return undefined;
  }
  const url = URL.parse(value.string());
  const refusal = url === null ? 'it is no web address' : findUrlRefusal(url, allowsPrivate);
  if (url !== null && refusal === undefined) return url;
  value.fault(`${value.path}: ${refusal}`);
  return undefined;
}

function findUrlRefusal(url: URL, allowsPrivate: boolean): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `it must begin with http:// or https://, got "${url.protocol}"`;
  }
  if (url.username !== '' || url.password !== '') {
    return 'it must not hold a user or a password; use secret_file';
  }
  const literal = addressLiteral(url);
  return literal === undefined ? undefined : findAddressRefusal(literal, { allowsPrivate });
}
