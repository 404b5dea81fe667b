/** Where to go after signing in. */

export const SIGN_IN_PATH = '/sign-in';
const BOARD = '/';

/** The sign-in page that leads back to where the viewer was. */
export function signInPath(path: string, search: string): string {
  const here = search === '' ? path : `${path}?${search}`;
  return here === BOARD ? SIGN_IN_PATH : `${SIGN_IN_PATH}?next=${encodeURIComponent(here)}`;
}

/** The place named by `?next=`; only places on this page, never another site. */
export function parseNextPath(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? BOARD;
  const isOurs = /^\/(?![/\\])/.test(next) && !next.startsWith(SIGN_IN_PATH);
  return isOurs ? next : BOARD;
}

/** The one-time token of a sign-in link, `#token=…`. It is in the hash so that no log keeps it. */
export function parseLinkToken(hash: string): string | undefined {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token');
  return token === null || token === '' ? undefined : token;
}
