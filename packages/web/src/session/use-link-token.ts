import { useEffect, useState } from 'react';
import { parseLinkToken } from './next-path.ts';

/**
 * The token of the sign-in link that was opened. Pasting a link into the address bar of this very
 * page changes the hash only, so that is listened to as well.
 */
export function useLinkToken(): string | undefined {
  const [token, setToken] = useState(takeLinkToken);
  useEffect(() => {
    const listen = () => setToken((before) => takeLinkToken() ?? before);
    window.addEventListener('hashchange', listen);
    return () => window.removeEventListener('hashchange', listen);
  }, []);
  return token;
}

/** Reads the token once and removes it from the address bar and the history. */
function takeLinkToken(): string | undefined {
  const token = parseLinkToken(window.location.hash);
  if (token !== undefined) {
    const { pathname, search } = window.location;
    window.history.replaceState(null, '', pathname + search);
  }
  return token;
}
