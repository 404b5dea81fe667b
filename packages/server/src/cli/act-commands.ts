import type { AlertSummary } from '@nines/contract';
import {
  CLIENT_OPTIONS,
  type CliContext,
  type Command,
  type CommandInput,
  EXIT,
  type ExitCode,
  JSON_OPTION,
} from './command.ts';
import { connectServer, type ServerConnection } from './server-client.ts';

export const ackCommand: Command = {
  name: 'ack',
  operands: 'ID',
  summary: 'take an alert: its escalation stops',
  options: { ...CLIENT_OPTIONS, ...JSON_OPTION },
  run: async (input, context) =>
    act(input, context, async ({ client }, id) => client('acknowledgeAlert', { params: { id } })),
};

export const resolveCommand: Command = {
  name: 'resolve',
  operands: 'ID',
  summary: 'close an alert by hand; it reopens if its rule still fires after five minutes',
  options: {
    note: { type: 'string', value: 'TEXT', summary: 'what was done, for the history' },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  run: async (input, context) =>
    act(input, context, async ({ client }, id) => {
      const note = input.text('note');
      return client('resolveAlert', { params: { id }, body: note === undefined ? {} : { note } });
    }),
};

export const tagCommand: Command = {
  name: 'tag',
  operands: 'ID [TAG...]',
  summary: 'say what an alert was about; replaces its tags, and without any takes them off',
  options: { ...CLIENT_OPTIONS, ...JSON_OPTION },
  async run(input, context) {
    const [id, ...tags] = input.operands;
    if (id === undefined) {
      context.stderr('nines: give an alert id and its tags; nines alerts lists them\n');
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    const alert = await client('setAlertTags', { params: { id }, body: { tags } });
    const shown = alert.tags.length === 0 ? 'no tags' : alert.tags.join(', ');
    context.stdout(input.has('json') ? `${JSON.stringify(alert)}\n` : `${alert.id}: ${shown}\n`);
    return EXIT.ok;
  },
};

async function act(
  input: CommandInput,
  context: CliContext,
  call: (server: ServerConnection, id: string) => Promise<AlertSummary>,
): Promise<ExitCode> {
  const [id] = input.operands;
  if (input.operands.length !== 1) {
    context.stderr('nines: give one alert id; nines alerts lists them\n');
    return EXIT.usage;
  }
  const alert = await call(connectServer(input, context), id);
  context.stdout(
    input.has('json') ? `${JSON.stringify(alert)}\n` : `${alert.id}: ${alert.pageStatus}\n`,
  );
  return EXIT.ok;
}
