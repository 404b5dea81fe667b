/** What receivers and the network say, as a reason for the record. */
import { QUOTED_CHARS_MAX } from './limits.ts';

/** The beginning of the first line, without what could disturb a log or a terminal. */
export function quoteAnswer(text: string): string {
  const line = text.trimStart().split('\n', 1)[0].replaceAll(/\p{C}/gu, '').trim();
  return line.length > QUOTED_CHARS_MAX ? `${line.slice(0, QUOTED_CHARS_MAX)}…` : line;
}

/** With these no connection came about, so nothing was sent. */
export const UNREACHED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at its address',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'the look-up of its host name got no answer',
};
