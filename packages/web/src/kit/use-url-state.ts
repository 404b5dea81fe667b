import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';

/** State that lives in the URL: it survives a reload, and a link to it can be sent. */
export function useUrlState<T>(
  parse: (search: string) => T,
  format: (value: T) => string,
): readonly [T, (value: T, options?: { readonly isStep: boolean }) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const value = useMemo(() => parse(search), [parse, search]);
  const set = (next: T, options?: { readonly isStep: boolean }) => {
    const text = format(next);
    // A step can be undone with Back; typing into a filter would fill the history.
    navigate(text === '' ? path : `${path}?${text}`, { replace: options?.isStep !== true });
  };
  return [value, set];
}
