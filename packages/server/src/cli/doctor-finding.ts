/** What the doctor says of one thing. */

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly about: string;
  readonly verdict: 'fine' | 'notice' | 'wrong';
  /** What was found and, where it is not fine, what to do. */
  readonly text: string;
}

/** All is as it should be. */
export function fine(about: string, text: string): Finding {
  return { about, verdict: 'fine', text };
}

/** Works, but somebody should know. */
export function notice(about: string, text: string): Finding {
  return { about, verdict: 'notice', text };
}

/** Does not work, or is about not to. */
export function wrong(about: string, text: string): Finding {
  return { about, verdict: 'wrong', text };
}

const MEBIBYTE = 1024 * 1024;

/** Bytes as people read them. */
export function formatBytes(bytes: number): string {
  if (bytes >= 10 * 1024 * MEBIBYTE) return `${Math.round(bytes / 1024 / MEBIBYTE)} GiB`;
  return `${Math.round(bytes / MEBIBYTE)} MiB`;
}
