/** Where e-mail goes, and through which server. */
import { EMAIL_PREFIX } from './model.ts';

/** An address with the name that people are shown beside it. */
export interface Mailbox {
  /** Empty: none. */
  readonly name: string;
  readonly address: string;
}

/** The server that takes our mail, as declared. */
export interface Smtp {
  readonly host: string;
  readonly port: number;
  /** Port 465: encrypted from the first byte. Else STARTTLS. */
  readonly isTlsFromStart: boolean;
  /** False: encrypted where the server offers it, in the clear where it does not. */
  readonly requiresTls: boolean;
  readonly from: Mailbox;
  /** What we call ourselves in EHLO. */
  readonly hello: string;
  readonly auth: SmtpAuth | undefined;
  /** Whom to trust instead of the public authorities. */
  readonly caFile: string | undefined;
  /** Whether any certificate will do. */
  readonly isCheckSkipped: boolean;
}

/** Invariant: exactly one of the two passwords is there. */
export interface SmtpAuth {
  readonly username: string;
  readonly password: string | undefined;
  /** Read at each attempt, so that it can be replaced. */
  readonly passwordFile: string | undefined;
}

/** People who are told together. */
export interface EmailList {
  /** The channel's name without its prefix. */
  readonly name: string;
  /** Invariant: not empty. */
  readonly to: readonly string[];
}

/** The channel that a list is. */
export function emailChannel(list: { readonly name: string }): string {
  return `${EMAIL_PREFIX}${list.name}`;
}

/** The server in a sentence. */
export function formatServer({ host, port }: Smtp): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
