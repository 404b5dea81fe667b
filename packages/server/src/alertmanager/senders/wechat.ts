/** WeChat Work: a message of an application, with a token that is asked for every two hours. */
import type { WechatIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { DELIVERED, postJson, SendError, type SendContext, withoutEmpty } from './sender.ts';

/** A token, and when it came. */
interface WechatToken {
  readonly text: string;
  readonly gotAtMs: number;
}

/** Tokens of the configuration in force. */
export type WechatTokens = WeakMap<WechatIntegration, WechatToken>;

export interface WechatContext extends SendContext {
  readonly nowMs: number;
  /** Those that are known. */
  readonly wechatTokens: WechatTokens;
}

const TOKEN_MS_MAX = 7_200_000;
/** WeChat's word for a token that is over. */
const TOKEN_EXPIRED = 42_001;

export async function sendWechat(
  wechat: WechatIntegration,
  context: WechatContext,
): Promise<SendOutcome> {
  const { expand, wechatTokens } = context;
  const token = await findToken(wechat, context);
  const content = { content: expand(wechat.message) };
  const none = { content: '' };
  const isMarkdown = wechat.messageType === 'markdown';
  const body = {
    ...withoutEmpty({
      touser: expand(wechat.toUser),
      toparty: expand(wechat.toParty),
      totag: expand(wechat.toTag),
      agentid: expand(wechat.agentId),
    }),
    safe: '0',
    msgtype: wechat.messageType,
    text: isMarkdown ? none : content,
    markdown: isMarkdown ? content : none,
  };
  const url = addPath(wechat.apiUrl, 'message/send', { access_token: token });
  const answer = await postJson({ url, body, http: wechat.http }, context);
  if (answer.status !== 200) {
    const reason = `unexpected status code ${answer.status}`;
    return { state: 'retry', reason, retryAfterMs: answer.retryAfterMs };
  }
  const { errcode, errmsg } = readFields(answer.text);
  if (errcode === undefined) {
    return { state: 'retry', reason: 'the answer is no JSON', retryAfterMs: undefined };
  }
  if (errcode === 0) return DELIVERED;
  const reason = `WeChat answered ${errcode}: ${errmsg}`;
  if (errcode !== TOKEN_EXPIRED) return { state: 'failed', reason };
  wechatTokens.delete(wechat);
  return { state: 'retry', reason, retryAfterMs: undefined };
}

async function findToken(wechat: WechatIntegration, context: WechatContext): Promise<string> {
  const { expand, readSecret, nowMs, wechatTokens } = context;
  const known = wechatTokens.get(wechat);
  if (known !== undefined && nowMs - known.gotAtMs <= TOKEN_MS_MAX) return known.text;
  const url = addPath(wechat.apiUrl, 'gettoken', {
    corpsecret: expand(await readSecret(wechat.apiSecret)),
    corpid: expand(wechat.corpId),
  });
  const request = { method: 'GET', url, headers: {}, body: '' } as const;
  const { text } = await context.request(request, wechat.http);
  const { token } = readFields(text);
  if (token === '') throw new SendError(`invalid api_secret for corp_id ${wechat.corpId}`, false);
  wechatTokens.set(wechat, { text: token, gotAtMs: nowMs });
  return token;
}

function addPath(apiUrl: string, path: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(apiUrl);
  url.pathname += path;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  url.searchParams.sort();
  return url.href;
}

interface WechatFields {
  /** Of JSON without one, 0; of what is no JSON, undefined. */
  readonly errcode: number | undefined;
  readonly errmsg: string;
  readonly token: string;
}

function readFields(text: string): WechatFields {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return { errcode: undefined, errmsg: '', token: '' };
  }
  const fields = typeof answer === 'object' && answer !== null ? answer : {};
  return {
    errcode: 'errcode' in fields ? Number(fields.errcode) : 0,
    errmsg: 'errmsg' in fields ? String(fields.errmsg) : '',
    token: 'access_token' in fields ? String(fields.access_token) : '',
  };
}
