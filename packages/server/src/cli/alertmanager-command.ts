/** `nines alertmanager`: Alertmanager's flags. */
import { parseDuration } from '../platform/index.ts';
import { CLUSTER_OPTIONS, readCluster } from './alertmanager-cluster.ts';
import { type CliOption, type Command, type CommandInput, EXIT } from './command.ts';
import { CliError } from './server-client.ts';

/** Flags of Alertmanager that make no difference here; they are taken so that it drops in. */
const WITHOUT_EFFECT: Readonly<Record<string, CliOption>> = Object.fromEntries(
  [
    'cluster.gossip-interval',
    'alerts.gc-interval',
    'dispatch.maintenance-interval',
    'web.get-concurrency',
    'web.timeout',
    'auto-gomemlimit.ratio',
    'enable-feature',
    'log.format',
  ].map((name) => [name, { type: 'string', value: 'VALUE', summary: 'taken, without effect' }]),
);

export const alertmanagerCommand: Command = {
  name: 'alertmanager',
  operands: '',
  summary: 'run as a drop-in for Alertmanager',
  options: {
    'config.file': {
      type: 'string',
      value: 'FILE',
      summary: 'the configuration (default alertmanager.yml)',
    },
    'storage.path': {
      type: 'string',
      value: 'DIR',
      summary: 'where silences, alerts and the notification log are (default data/)',
    },
    'web.listen-address': {
      type: 'string',
      multiple: true,
      value: 'HOST:PORT',
      summary: 'where to listen; may be repeated (default :9093)',
    },
    'web.external-url': {
      type: 'string',
      value: 'URL',
      summary: 'how people reach it; links begin with it',
    },
    'web.route-prefix': {
      type: 'string',
      value: 'PATH',
      summary: 'what all paths begin with (default the path of the external URL)',
    },
    'data.retention': {
      type: 'string',
      value: 'DURATION',
      summary: 'how long expired silences and the notification log are kept (default 120h)',
    },
    'data.maintenance-interval': {
      type: 'string',
      value: 'DURATION',
      summary: 'how often what is old is removed (default 15m)',
    },
    ...CLUSTER_OPTIONS,
    'log.level': {
      type: 'string',
      value: 'LEVEL',
      summary: 'debug, info, warn or error (default info)',
    },
    ...WITHOUT_EFFECT,
  },
  async run(input, context) {
    if (input.operands.length > 0) {
      context.stderr(`nines alertmanager: unexpected "${input.operands[0]}"\n`);
      return EXIT.usage;
    }
    const listen = input.texts('web.listen-address');
    const options = {
      configFile: input.text('config.file') ?? 'alertmanager.yml',
      storagePath: input.text('storage.path') ?? 'data',
      listen: listen.length > 0 ? listen : [':9093'],
      externalUrl: input.text('web.external-url'),
      routePrefix: input.text('web.route-prefix'),
      retentionMs: readDuration(input, 'data.retention', '120h'),
      maintenanceIntervalMs: readDuration(input, 'data.maintenance-interval', '15m'),
      logLevel: readLevel(input),
      cluster: readCluster(input),
      ignored: Object.keys(WITHOUT_EFFECT).filter((name) => input.text(name) !== undefined),
      stderr: context.stderr,
    };
    const run = await context.loadAlertmanager();
    return run(options);
  },
};

function readDuration(input: CommandInput, name: string, otherwise: string): number {
  const text = input.text(name) ?? otherwise;
  const durationMs = parseDuration(text);
  if (durationMs > 0) return durationMs;
  throw new CliError(EXIT.usage, `--${name} wants a duration such as ${otherwise}, got "${text}"`);
}

function readLevel(input: CommandInput): 'debug' | 'info' | 'warn' | 'error' {
  const text = input.text('log.level') ?? 'info';
  if (text === 'debug' || text === 'info' || text === 'warn' || text === 'error') return text;
  throw new CliError(EXIT.usage, `--log.level knows debug, info, warn and error, got "${text}"`);
}
