/** Alertmanager's flags of a cluster. */
import { parseDuration } from '../platform/index.ts';
import {
  type AlertmanagerClusterOptions,
  type CliOption,
  type CommandInput,
  EXIT,
} from './command.ts';
import { CliError } from './server-client.ts';

/** Defaults of Alertmanager 0.33. */
const DURATIONS = {
  'cluster.peer-timeout': ['15s', 'how long a turn is left to each peer before this one'],
  'cluster.settle-timeout': ['1m', 'how long a start waits for what peers know, at most'],
  'cluster.pushpull-interval': ['1m', 'how often peers are sent everything'],
  'cluster.probe-interval': ['1s', 'how often peers hear of each other'],
  'cluster.probe-timeout': ['500ms', 'how long a peer has to answer that it is there'],
  'cluster.tcp-timeout': ['10s', 'how long a peer has to confirm what it is sent'],
  'cluster.reconnect-interval': ['10s', 'how often a peer that is away is tried'],
  'cluster.reconnect-timeout': ['6h', 'when a peer that no flag names is forgotten'],
  'cluster.peers-resolve-timeout': ['15s', 'how long names of peers are looked up'],
} as const;

const DEFAULT_LISTEN = '0.0.0.0:9094';
const ADDRESS = /^(?:\[[0-9a-fA-F:.%]+\]|[A-Za-z0-9._-]+):\d{1,5}$/;

export const CLUSTER_OPTIONS: Readonly<Record<string, CliOption>> = {
  'cluster.peer': {
    type: 'string',
    multiple: true,
    value: 'HOST:PORT',
    summary: 'an instance to share silences and notifications with; may be repeated',
  },
  'cluster.listen-address': {
    type: 'string',
    value: 'HOST:PORT',
    summary: `where peers reach it (with peers ${DEFAULT_LISTEN}; '': alone)`,
  },
  'cluster.advertise-address': {
    type: 'string',
    value: 'HOST:PORT',
    summary: 'what peers are told to reach it by (default where its messages come from)',
  },
  'cluster.peer-name': {
    type: 'string',
    value: 'NAME',
    summary: 'its name among peers (default a new one at each start)',
  },
  'cluster.label': {
    type: 'string',
    value: 'TEXT',
    summary: 'instances with another label are no peers',
  },
  ...Object.fromEntries(
    Object.entries(DURATIONS).map(([name, [otherwise, what]]) => [
      name,
      { type: 'string', value: 'DURATION', summary: `${what} (default ${otherwise})` },
    ]),
  ),
};

/** What the flags ask for; undefined: no cluster. */
export function readCluster(input: CommandInput): AlertmanagerClusterOptions | undefined {
  const peers = input.texts('cluster.peer');
  const listen = input.text('cluster.listen-address') ?? (peers.length > 0 ? DEFAULT_LISTEN : '');
  for (const peer of peers) assertAddress('cluster.peer', peer);
  if (listen === '') return undefined;
  const advertise = input.text('cluster.advertise-address');
  if (advertise !== undefined) assertAddress('cluster.advertise-address', advertise);
  return {
    listen,
    advertise,
    peers,
    peerName: input.text('cluster.peer-name'),
    label: input.text('cluster.label') ?? '',
    peerTimeoutMs: readMs(input, 'cluster.peer-timeout'),
    settleTimeoutMs: readMs(input, 'cluster.settle-timeout'),
    pushPullIntervalMs: readMs(input, 'cluster.pushpull-interval'),
    probeIntervalMs: readMs(input, 'cluster.probe-interval'),
    probeTimeoutMs: readMs(input, 'cluster.probe-timeout'),
    tcpTimeoutMs: readMs(input, 'cluster.tcp-timeout'),
    reconnectIntervalMs: readMs(input, 'cluster.reconnect-interval'),
    reconnectTimeoutMs: readMs(input, 'cluster.reconnect-timeout'),
    resolveTimeoutMs: readMs(input, 'cluster.peers-resolve-timeout'),
  };
}

function assertAddress(name: string, text: string): void {
  if (ADDRESS.test(text)) return;
  const message = `--${name} wants HOST:PORT such as 10.0.0.2:9094, got "${text}"`;
  throw new CliError(EXIT.usage, message);
}

function readMs(input: CommandInput, name: keyof typeof DURATIONS): number {
  const [otherwise] = DURATIONS[name];
  const text = input.text(name) ?? otherwise;
  const durationMs = parseDuration(text);
  if (durationMs > 0) return durationMs;
  throw new CliError(EXIT.usage, `--${name} wants a duration such as ${otherwise}, got "${text}"`);
}
