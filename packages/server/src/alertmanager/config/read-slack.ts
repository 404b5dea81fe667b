/** Reads receivers of Slack: by a webhook, or by the token of an app. */
import type { HttpClientConfig, Secret } from '../../platform/index.ts';
import type { SlackAction, SlackIntegration } from './integrations.ts';
import {
  type IntegrationSource,
  readAttachmentFields,
  readHttp,
  readSendResolved,
  usualTemplate,
} from './read-integration.ts';
import type { Section } from './section.ts';

/** The only address by which a message that was sent can be changed. */
const METHOD_URL = 'https://slack.com/api/chat.postMessage';

export function readSlack(source: IntegrationSource): SlackIntegration {
  const { section, index } = source;
  const usual = (key: string): string =>
    section.text(key, usualTemplate(`slack.default.${key.replaceAll('_', '')}`));
  return {
    kind: 'slack',
    index,
    sendResolved: readSendResolved(source, false),
    ...readAccess(source),
    channel: section.text('channel'),
    username: usual('username'),
    color: usual('color'),
    title: usual('title'),
    titleLink: usual('title_link'),
    pretext: usual('pretext'),
    text: usual('text'),
    messageText: section.text('message_text'),
    fields: readAttachmentFields(section),
    shortFields: section.flag('short_fields', false),
    footer: usual('footer'),
    fallback: usual('fallback'),
    callbackId: usual('callback_id'),
    iconEmoji: usual('icon_emoji'),
    iconUrl: usual('icon_url'),
    imageUrl: section.text('image_url'),
    thumbUrl: section.text('thumb_url'),
    linkNames: section.flag('link_names', false),
    mrkdwnIn: section.texts('mrkdwn_in'),
    actions: section.sections('actions').map(readAction),
    timeoutMs: section.goDurationMs('timeout'),
  };
}

interface Access {
  readonly apiUrl: Secret;
  readonly http: HttpClientConfig;
  readonly updateMessage: boolean;
}

/**
 * Where messages go and what authorizes them. The app token of `global` holds where a receiver has
 * neither a token, nor credentials, nor an address of its own.
 */
function readAccess(source: IntegrationSource): Access {
  const { section, global } = source;
  const ownUrl = section.secretUrl('api_url');
  const ownToken = section.secret('app_token');
  const appUrl = section.url('app_url') ?? global.slack.appUrl;
  if (ownUrl !== undefined && ownToken !== undefined) {
    section.fault('at most one of api_url and app_token may be set', 'app_token');
  }
  const updateMessage = section.flag('update_message', false);
  if (updateMessage && (ownUrl?.kind !== 'text' || ownUrl.text !== METHOD_URL)) {
    section.fault(
      `update_message needs api_url: ${METHOD_URL} and a bot's token`,
      'update_message',
    );
  }
  const own = section.http('http_config');
  const isOwn = own?.auth.kind === 'token' || ownUrl?.kind === 'text';
  const token = ownToken ?? (isOwn ? undefined : global.slack.appToken);
  const http = readHttp(source);
  if (token === undefined) {
    const apiUrl = ownUrl ?? global.slack.apiUrl;
    if (apiUrl === undefined) {
      const inGlobal = 'global slack_api_url or slack_app_token';
      section.fault(`${section.value.path} needs api_url or app_token, or ${inGlobal}`);
    }
    return { apiUrl: apiUrl ?? { kind: 'text', text: '' }, http, updateMessage };
  }
  if (http.auth.kind === 'token') {
    section.fault('http_config.authorization goes without the token of a Slack app', 'http_config');
  }
  return {
    apiUrl: { kind: 'text', text: appUrl },
    http: { ...http, auth: { kind: 'token', scheme: 'Bearer', token } },
    updateMessage,
  };
}

function readAction(section: Section): SlackAction {
  const type = section.required('type');
  const text = section.required('text');
  const url = section.text('url');
  const name = section.text('name');
  const value = section.text('value');
  const style = section.text('style');
  const confirm = section.inner('confirm');
  const question = confirm && {
    text: confirm.required('text'),
    title: confirm.text('title'),
    okText: confirm.text('ok_text'),
    dismissText: confirm.text('dismiss_text'),
  };
  if (url === '' && name === '') section.fault(`${section.value.path} needs name or url`);
  return url === ''
    ? { type, text, url, style, name, value, confirm: question }
    : { type, text, url, style, name: '', value: '', confirm: undefined };
}
