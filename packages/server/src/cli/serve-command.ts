import { type Command, CONFIG_OPTION, DATA_OPTION, EXIT } from './command.ts';

export const serveCommand: Command = {
  name: 'serve',
  operands: '',
  summary: 'run the server',
  options: {
    ...CONFIG_OPTION,
    ...DATA_OPTION,
    listen: {
      type: 'string',
      value: 'HOST:PORT',
      summary: 'where to listen (default 127.0.0.1:9999)',
    },
    'external-url': {
      type: 'string',
      value: 'URL',
      summary: 'how people reach the server; links begin with it',
    },
    auth: { type: 'string', value: 'none', summary: 'no sign-in; refused off loopback' },
  },
  async run(input, context) {
    const auth = input.text('auth');
    if (input.operands.length > 0 || (auth !== undefined && auth !== 'none')) {
      const what =
        auth === undefined ? `unexpected "${input.operands[0]}"` : `--auth knows "none" only`;
      context.stderr(`nines serve: ${what}\n`);
      return EXIT.usage;
    }
    const run = await context.loadServer();
    return run({
      configFile: input.text('config'),
      dataDir: input.text('data') ?? 'data',
      listen: input.text('listen') ?? '127.0.0.1:9999',
      externalUrl: input.text('external-url'),
      isAuthRequired: auth === undefined,
      stdout: context.stdout,
      stderr: context.stderr,
    });
  },
};
