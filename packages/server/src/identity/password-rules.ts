/** What a password must be; the rules of NIST SP 800-63B: length counts, composition does not. */
import { type AppError, invalid } from '../platform/index.ts';
import { PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN } from './limits.ts';

/** The same password typed on two keyboards may come as different code points. */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Says why a password cannot be chosen; undefined: it can. */
export function findPasswordFault(password: string, userName: string): AppError | undefined {
  const text = normalizePassword(password);
  const fault = (why: string): AppError =>
    invalid('PASSWORD_REFUSED', `cannot use this password: ${why}`);
  if (Array.from(text).length < PASSWORD_CHARS_MIN) {
    return fault(`it must have at least ${PASSWORD_CHARS_MIN} characters`);
  }
  if (isPasswordTooLong(password)) {
    return fault(`it may have at most ${PASSWORD_BYTES_MAX} bytes`);
  }
  if (text.toLowerCase() === userName.toLowerCase()) return fault('it is the name of the user');
  return undefined;
}

/** Whether a password is longer than any that can have been chosen. */
export function isPasswordTooLong(password: string): boolean {
  return Buffer.byteLength(normalizePassword(password)) > PASSWORD_BYTES_MAX;
}
