import { useEffect, useState } from 'react';
import { parseLinkToken } from './next-path.ts';

/**
 * The token of the sign-in link that was opened. Pasting a link into the address bar of this very
 * page changes the hash only, so that is listened to as well.
 */
export function useLinkToken(): string | undefined {
  // Only read here: React may draw a component anew before it is on screen, and what the first
  // try took out of the address would be lost to the second.
  const [token, setToken] = useState(() => parseLinkToken(window.location.hash));
  useEffect(() => {
    const listen = () => {
      const next = parseLinkToken(window.location.hash);
      if (next === undefined) return;
      setToken(next);
      forgetLinkToken();
    };
    forgetLinkToken();
    window.addEventListener('hashchange', listen);
    return () => window.removeEventListener('hashchange', listen);
  }, []);
  return token;
}

/** Removes the token from the address bar and the history. */
function forgetLinkToken(): void {
  if (parseLinkToken(window.location.hash) === undefined) return;
  const { pathname, search } = window.location;
  window.history.replaceState(null, '', pathname + search);
}
