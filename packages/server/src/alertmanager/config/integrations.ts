/**
 * The integrations of a receiver, each as one record: all that a notification by it needs, with
 * what `global` says and every default filled in. Texts are Go templates unless said otherwise;
 * addresses are checked when they are read, secrets never are.
 */
import type { HttpClientConfig, PlainValue, Secret, TlsConfig } from '../../platform/index.ts';

/** What all integrations have. */
interface Common<Kind extends string> {
  /** The name of the integration, as Alertmanager's metrics and log say it. */
  readonly kind: Kind;
  /** From 0, among those of its kind in its receiver. */
  readonly index: number;
  /** Whether the end of an alert is told as well. */
  readonly sendResolved: boolean;
}

interface OverHttp<Kind extends string> extends Common<Kind> {
  readonly http: HttpClientConfig;
}

export type TextMap = Readonly<Record<string, string>>;

export interface WebhookIntegration extends OverHttp<'webhook'> {
  /** A template. */
  readonly url: Secret;
  /** Alerts beyond it are left out of the message; 0: none are. */
  readonly maxAlerts: number;
  /** 0: none. */
  readonly timeoutMs: number;
  /** What to send in place of the usual message; its texts are templates. */
  readonly payload: PlainValue | undefined;
}

export interface EmailIntegration extends Common<'email'> {
  readonly to: string;
  readonly from: string;
  readonly hello: string;
  readonly smarthost: { readonly host: string; readonly port: string };
  readonly auth: {
    readonly username: string;
    readonly password: Secret | undefined;
    /** For CRAM-MD5. */
    readonly secret: Secret | undefined;
    readonly identity: string;
  };
  /** By canonical names: `Reply-To`. */
  readonly headers: TextMap;
  readonly html: string;
  readonly text: string;
  readonly requireTls: boolean;
  /** undefined: on port 465 only. */
  readonly forceImplicitTls: boolean | undefined;
  readonly tls: TlsConfig;
  /** How mails of one group are one thread; undefined: they are not. */
  readonly threading: 'none' | 'daily' | undefined;
}

export interface PagerdutyIntegration extends OverHttp<'pagerduty'> {
  readonly url: string;
  /** Of an integration by Events v2. */
  readonly routingKey: Secret | undefined;
  /** Of an integration by Events v1. */
  readonly serviceKey: Secret | undefined;
  readonly client: string;
  readonly clientUrl: string;
  readonly description: string;
  readonly details: Readonly<Record<string, PlainValue>>;
  readonly images: readonly { readonly src: string; readonly alt: string; readonly href: string }[];
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly source: string;
  readonly severity: string;
  readonly class: string;
  readonly component: string;
  readonly group: string;
  /** 0: none. */
  readonly timeoutMs: number;
}

export interface OpsgenieIntegration extends OverHttp<'opsgenie'> {
  readonly apiUrl: string;
  readonly apiKey: Secret;
  readonly message: string;
  readonly description: string;
  readonly source: string;
  readonly details: TextMap;
  readonly entity: string;
  readonly responders: readonly {
    readonly id: string;
    readonly name: string;
    readonly username: string;
    readonly type: string;
  }[];
  readonly actions: string;
  readonly tags: string;
  readonly note: string;
  readonly priority: string;
  readonly updateAlerts: boolean;
}

export interface WechatIntegration extends OverHttp<'wechat'> {
  readonly apiUrl: string;
  readonly apiSecret: Secret;
  readonly corpId: string;
  readonly message: string;
  readonly toUser: string;
  readonly toParty: string;
  readonly toTag: string;
  readonly agentId: string;
  readonly messageType: 'text' | 'markdown';
}

/** A field of an attachment, in Slack's shape; `short` undefined: what the attachment says. */
export interface AttachmentField {
  readonly title: string;
  readonly value: string;
  readonly short: boolean | undefined;
}

export interface SlackAction {
  readonly type: string;
  readonly text: string;
  /** A button with an address has neither name nor value nor question. */
  readonly url: string;
  readonly style: string;
  readonly name: string;
  readonly value: string;
  readonly confirm:
    | {
        readonly text: string;
        readonly title: string;
        readonly okText: string;
        readonly dismissText: string;
      }
    | undefined;
}

export interface SlackIntegration extends OverHttp<'slack'> {
  /** The webhook, or the method's address where a token of an app (in `http`) authorizes. */
  readonly apiUrl: Secret;
  readonly channel: string;
  readonly username: string;
  readonly color: string;
  readonly title: string;
  readonly titleLink: string;
  readonly pretext: string;
  readonly text: string;
  readonly messageText: string;
  readonly fields: readonly AttachmentField[];
  readonly shortFields: boolean;
  readonly footer: string;
  readonly fallback: string;
  readonly callbackId: string;
  readonly iconEmoji: string;
  readonly iconUrl: string;
  readonly imageUrl: string;
  readonly thumbUrl: string;
  readonly linkNames: boolean;
  readonly mrkdwnIn: readonly string[];
  readonly actions: readonly SlackAction[];
  /** Whether a message that was sent is changed, in place of another one. */
  readonly updateMessage: boolean;
  /** 0: none. */
  readonly timeoutMs: number;
}

export interface VictoropsIntegration extends OverHttp<'victorops'> {
  readonly apiUrl: string;
  readonly apiKey: Secret;
  readonly routingKey: string;
  readonly messageType: string;
  readonly stateMessage: string;
  readonly entityDisplayName: string;
  readonly monitoringTool: string;
  readonly customFields: TextMap;
}

export interface PushoverIntegration extends OverHttp<'pushover'> {
  readonly userKey: Secret;
  readonly token: Secret;
  readonly title: string;
  readonly message: string;
  readonly url: string;
  readonly urlTitle: string;
  readonly device: string;
  readonly sound: string;
  readonly priority: string;
  readonly retryMs: number;
  readonly expireMs: number;
  /** 0: it stays until it is read. */
  readonly ttlMs: number;
  readonly html: boolean;
  readonly monospace: boolean;
}

export interface SnsIntegration extends OverHttp<'sns'> {
  readonly apiUrl: string;
  readonly sigv4: {
    readonly region: string;
    readonly accessKey: string;
    readonly secretKey: string;
    readonly profile: string;
    readonly roleArn: string;
    readonly useFipsStsEndpoint: boolean;
  };
  readonly topicArn: string;
  readonly phoneNumber: string;
  readonly targetArn: string;
  readonly subject: string;
  readonly message: string;
  readonly attributes: TextMap;
}

export interface TelegramIntegration extends OverHttp<'telegram'> {
  readonly apiUrl: string;
  readonly botToken: Secret;
  /** A whole number as text. */
  readonly chatId: Secret;
  /** 0: none. */
  readonly messageThreadId: number;
  readonly message: string;
  readonly disableNotifications: boolean;
  readonly parseMode: '' | 'Markdown' | 'MarkdownV2' | 'HTML';
}

export interface DiscordIntegration extends OverHttp<'discord'> {
  readonly webhookUrl: Secret;
  readonly content: string;
  readonly title: string;
  readonly message: string;
  readonly username: string;
  readonly avatarUrl: string;
}

export interface WebexIntegration extends OverHttp<'webex'> {
  readonly apiUrl: string;
  readonly message: string;
  readonly roomId: string;
}

export interface MsteamsIntegration extends OverHttp<'msteams'> {
  readonly webhookUrl: Secret;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
}

export interface Msteamsv2Integration extends OverHttp<'msteamsv2'> {
  readonly webhookUrl: Secret;
  readonly title: string;
  readonly text: string;
}

export interface JiraField {
  readonly template: string;
  /** Whether the field is written again when an issue that is there is updated. */
  readonly enableUpdate: boolean;
}

export interface JiraIntegration extends OverHttp<'jira'> {
  readonly apiUrl: string;
  readonly apiType: 'auto' | 'cloud' | 'datacenter';
  readonly project: string;
  readonly summary: JiraField;
  readonly description: JiraField;
  readonly labels: readonly string[];
  readonly priority: string;
  readonly issueType: string;
  readonly reopenTransition: string;
  readonly resolveTransition: string;
  readonly wontFixResolution: string;
  /** 0: of any age. */
  readonly reopenDurationMs: number;
  readonly fields: Readonly<Record<string, PlainValue>>;
}

export interface IncidentioIntegration extends OverHttp<'incidentio'> {
  readonly url: Secret;
  readonly alertSourceToken: Secret | undefined;
  /** Alerts beyond it are left out of the message; 0: none are. */
  readonly maxAlerts: number;
  /** 0: none. */
  readonly timeoutMs: number;
}

export interface RocketchatIntegration extends OverHttp<'rocketchat'> {
  readonly apiUrl: string;
  readonly tokenId: Secret;
  readonly token: Secret;
  readonly channel: string;
  readonly color: string;
  readonly title: string;
  readonly titleLink: string;
  readonly text: string;
  readonly fields: readonly AttachmentField[];
  readonly shortFields: boolean;
  readonly emoji: string;
  readonly iconUrl: string;
  readonly imageUrl: string;
  readonly thumbUrl: string;
  readonly linkNames: boolean;
  readonly actions: readonly RocketchatAction[];
}

export interface RocketchatAction {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly imageUrl: string;
  readonly isWebview: boolean;
  readonly webviewHeightRatio: string;
  readonly msg: string;
  readonly msgInChatWindow: boolean;
  readonly msgProcessingType: string;
}

/** What an attachment and the message itself have in common. */
export interface MattermostAttachment {
  readonly fallback: string;
  readonly color: string;
  readonly pretext: string;
  readonly text: string;
  readonly authorName: string;
  readonly authorLink: string;
  readonly authorIcon: string;
  readonly title: string;
  readonly titleLink: string;
  readonly fields: readonly AttachmentField[];
  readonly thumbUrl: string;
  readonly footer: string;
  readonly footerIcon: string;
  readonly imageUrl: string;
}

export interface MattermostIntegration extends OverHttp<'mattermost'>, MattermostAttachment {
  readonly webhookUrl: Secret;
  readonly channel: string;
  readonly username: string;
  readonly iconUrl: string;
  readonly iconEmoji: string;
  readonly attachments: readonly MattermostAttachment[];
  readonly type: string;
  readonly card: string | undefined;
  readonly priority:
    | {
        readonly priority: string;
        readonly requestedAck: boolean;
        readonly persistentNotifications: boolean;
      }
    | undefined;
}

/** One way in which a receiver is told. */
export type Integration =
  | WebhookIntegration
  | EmailIntegration
  | PagerdutyIntegration
  | OpsgenieIntegration
  | WechatIntegration
  | SlackIntegration
  | VictoropsIntegration
  | PushoverIntegration
  | SnsIntegration
  | TelegramIntegration
  | DiscordIntegration
  | WebexIntegration
  | MsteamsIntegration
  | Msteamsv2Integration
  | JiraIntegration
  | IncidentioIntegration
  | RocketchatIntegration
  | MattermostIntegration;

export type IntegrationKind = Integration['kind'];
