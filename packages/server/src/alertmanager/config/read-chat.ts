/** Reads receivers of services in which people talk. */
import type { Secret } from '../../platform/index.ts';
import type {
  DiscordIntegration,
  MattermostAttachment,
  MattermostIntegration,
  MsteamsIntegration,
  Msteamsv2Integration,
  RocketchatIntegration,
  TelegramIntegration,
  WebexIntegration,
  WechatIntegration,
} from './integrations.ts';
import {
  type IntegrationSource,
  needSecret,
  readAttachmentFields,
  readHttp,
  readOneOf,
  readSendResolved,
  usualTemplate,
  withSlash,
} from './read-integration.ts';
import type { Section } from './section.ts';

function needWebhook(section: Section): Secret {
  return needSecret(section, section.secretUrl('webhook_url'), { key: 'webhook_url' });
}

export function readDiscord(source: IntegrationSource): DiscordIntegration {
  const { section, index } = source;
  return {
    kind: 'discord',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    webhookUrl: needWebhook(section),
    content: section.text('content'),
    title: section.text('title', usualTemplate('discord.default.title')),
    message: section.text('message', usualTemplate('discord.default.message')),
    username: section.text('username'),
    avatarUrl: section.text('avatar_url'),
  };
}

export function readWebex(source: IntegrationSource): WebexIntegration {
  const { section, index, global } = source;
  const http = readHttp(source);
  if (section.find('http_config') === undefined || http.auth.kind !== 'token') {
    section.fault(`${section.value.path} needs http_config.authorization: the bot's token`);
  }
  return {
    kind: 'webex',
    index,
    sendResolved: readSendResolved(source, true),
    http,
    apiUrl: section.url('api_url') ?? global.webexUrl,
    message: section.text('message', usualTemplate('webex.default.message')),
    roomId: section.required('room_id'),
  };
}

export function readMsteams(source: IntegrationSource): MsteamsIntegration {
  const { section, index } = source;
  const usual = (name: string): string =>
    section.text(name, usualTemplate(`msteams.default.${name}`));
  return {
    kind: 'msteams',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    webhookUrl: needWebhook(section),
    title: usual('title'),
    summary: usual('summary'),
    text: usual('text'),
  };
}

export function readMsteamsv2(source: IntegrationSource): Msteamsv2Integration {
  const { section, index } = source;
  return {
    kind: 'msteamsv2',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    webhookUrl: needWebhook(section),
    title: section.text('title', usualTemplate('msteamsv2.default.title')),
    text: section.text('text', usualTemplate('msteamsv2.default.text')),
  };
}

export function readTelegram(source: IntegrationSource): TelegramIntegration {
  const { section, index, global } = source;
  const botToken = section.secret('bot_token') ?? global.telegram.key;
  const chatId = section.secret('chat_id');
  if (chatId?.kind === 'text' && !/^[+-]?\d+$/.test(chatId.text)) {
    section.fault(`${section.value.path}.chat_id must be a whole number`, 'chat_id');
  }
  const isChat = chatId?.kind === 'text' && Number(chatId.text) === 0 ? undefined : chatId;
  const thread = section.find('message_thread_id')?.number() ?? 0;
  if (!Number.isSafeInteger(thread)) {
    section.fault(
      `${section.value.path}.message_thread_id must be a whole number`,
      'message_thread_id',
    );
  }
  const words: readonly TelegramIntegration['parseMode'][] = ['', 'Markdown', 'MarkdownV2', 'HTML'];
  return {
    kind: 'telegram',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    apiUrl: section.url('api_url') ?? global.telegram.apiUrl,
    botToken: needSecret(section, botToken, { key: 'bot_token', globalKey: 'telegram_bot_token' }),
    chatId: needSecret(section, isChat, { key: 'chat_id' }),
    messageThreadId: thread,
    message: section.text('message', usualTemplate('telegram.default.message')),
    disableNotifications: section.flag('disable_notifications', false),
    parseMode: readOneOf(section, 'parse_mode', { words, otherwise: 'HTML' }),
  };
}

export function readWechat(source: IntegrationSource): WechatIntegration {
  const { section, index, global } = source;
  const usual = (name: string): string =>
    section.text(name, usualTemplate(`wechat.default.${name}`));
  const apiSecret = section.secret('api_secret') ?? global.wechat.key;
  const corpId = section.text('corp_id') || global.wechat.corpId;
  if (corpId === '')
    section.fault(`${section.value.path} needs corp_id, or global wechat_api_corp_id`);
  const words: readonly (WechatIntegration['messageType'] | '')[] = ['text', 'markdown', ''];
  return {
    kind: 'wechat',
    index,
    sendResolved: readSendResolved(source, false),
    http: readHttp(source),
    apiUrl: withSlash(section.url('api_url') ?? global.wechat.apiUrl),
    apiSecret: needSecret(section, apiSecret, {
      key: 'api_secret',
      globalKey: 'wechat_api_secret',
    }),
    corpId,
    message: usual('message'),
    toUser: usual('to_user'),
    toParty: usual('to_party'),
    toTag: usual('to_tag'),
    agentId: usual('agent_id'),
    messageType: readOneOf(section, 'message_type', { words, otherwise: 'text' }) || 'text',
  };
}

export function readRocketchat(source: IntegrationSource): RocketchatIntegration {
  const { section, index, global } = source;
  const token = section.secret('token') ?? global.rocketchat.token;
  const tokenId = section.secret('token_id') ?? global.rocketchat.tokenId;
  const usual = (key: string, name: string): string =>
    section.text(key, usualTemplate(`rocketchat.default.${name}`));
  return {
    kind: 'rocketchat',
    index,
    sendResolved: readSendResolved(source, false),
    http: readHttp(source),
    apiUrl: section.url('api_url') ?? global.rocketchat.apiUrl,
    tokenId: needSecret(section, tokenId, { key: 'token_id', globalKey: 'rocketchat_token_id' }),
    token: needSecret(section, token, { key: 'token', globalKey: 'rocketchat_token' }),
    channel: section.text('channel'),
    color: section.text('color', '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}'),
    title: usual('title', 'title'),
    titleLink: usual('title_link', 'titlelink'),
    text: usual('text', 'text'),
    fields: section.sections('fields').map((field) => ({
      title: field.text('title'),
      value: field.text('value'),
      short: field.find('short')?.boolean(),
    })),
    shortFields: section.flag('short_fields', false),
    emoji: usual('emoji', 'emoji'),
    iconUrl: usual('icon_url', 'iconurl'),
    imageUrl: section.text('image_url'),
    thumbUrl: section.text('thumb_url'),
    linkNames: section.flag('link_names', false),
    actions: section.sections('actions').map(readRocketchatAction),
  };
}

/** Alertmanager reads these by the lower-case names of its own fields, so they have no `_`. */
function readRocketchatAction(action: Section): RocketchatIntegration['actions'][number] {
  return {
    type: action.text('type'),
    text: action.text('text'),
    url: action.text('url'),
    imageUrl: action.text('imageurl'),
    isWebview: action.flag('iswebview', false),
    webviewHeightRatio: action.text('webviewheightratio'),
    msg: action.text('msg'),
    msgInChatWindow: action.flag('msginchatwindow', false),
    msgProcessingType: action.text('msgprocessingtype'),
  };
}

export function readMattermost(source: IntegrationSource): MattermostIntegration {
  const { section, index, global } = source;
  const webhookUrl = section.secretUrl('webhook_url') ?? global.mattermostUrl;
  const usual = (key: string): string =>
    usualTemplate(`mattermost.default.${key.replaceAll('_', '')}`);
  const priority = section.inner('priority');
  return {
    kind: 'mattermost',
    index,
    sendResolved: readSendResolved(source, true),
    http: readHttp(source),
    webhookUrl: needSecret(section, webhookUrl, {
      key: 'webhook_url',
      globalKey: 'mattermost_webhook_url',
    }),
    channel: section.text('channel'),
    username: section.text('username', usual('username')),
    ...readMattermostAttachment(section, usual),
    iconUrl: section.text('icon_url'),
    iconEmoji: section.text('icon_emoji'),
    attachments: section
      .sections('attachments')
      .map((attachment) => readMattermostAttachment(attachment, () => '')),
    type: section.text('type'),
    card: section.inner('props')?.text('card'),
    priority:
      priority === undefined
        ? undefined
        : {
            priority: priority.text('priority'),
            requestedAck: priority.flag('requested_ack', false),
            persistentNotifications: priority.flag('persistent_notifications', false),
          },
  };
}

function readMattermostAttachment(
  section: Section,
  usual: (key: string) => string,
): MattermostAttachment {
  return {
    fallback: section.text('fallback', usual('fallback')),
    color: section.text('color', usual('color')),
    pretext: section.text('pretext'),
    text: section.text('text', usual('text')),
    authorName: section.text('author_name'),
    authorLink: section.text('author_link'),
    authorIcon: section.text('author_icon'),
    title: section.text('title', usual('title')),
    titleLink: section.text('title_link', usual('title_link')),
    fields: readAttachmentFields(section),
    thumbUrl: section.text('thumb_url'),
    footer: section.text('footer'),
    footerIcon: section.text('footer_icon'),
    imageUrl: section.text('image_url'),
  };
}
