/**
 * Variables of the environment in a text, as Prometheus puts them in (Go's os.Expand): `$NAME` and
 * `${NAME}`; `$$` is a dollar, and a dollar before anything else stands for itself.
 */

const REFERENCE = /\$(?:\{([^}]*)\}|([A-Za-z0-9_]+|\$))/g;

/** Puts variables in; `onMissing` hears of those that are not set, which become nothing. */
export function expandVariables(
  text: string,
  read: (name: string) => string,
  onMissing: (name: string) => void,
): string {
  return text.replace(REFERENCE, (_all, braced: string | undefined, plain: string | undefined) => {
    const name = braced ?? plain ?? '';
    if (name === '$') return '$';
    const value = name === '' ? '' : read(name);
    if (value === '') onMissing(name);
    return value;
  });
}
