/** Answers of Prometheus' API, as commands read them. */
import { EXIT } from './command.ts';
import { CliError } from './server-client.ts';

/** What an answer is about. Throws what the server says where it is a refusal. */
export function readAnswerData(answer: unknown): Readonly<Record<string, unknown>> {
  const { status, error, message, data } = fieldsOf(answer);
  if (status === 'success') return fieldsOf(data);
  const why = [error, message].find((text) => typeof text === 'string');
  throw new CliError(EXIT.failed, why ?? 'the answer is not one of Prometheus’ API');
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The entries of a list; none of anything else. */
export function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
