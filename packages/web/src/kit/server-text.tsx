import type { ReactNode } from 'react';

/** What the server says in a sentence: English, also on a page that speaks another language. */
export function ServerText({ children }: { readonly children: ReactNode }) {
  return <span lang="en">{children}</span>;
}
