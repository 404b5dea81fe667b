/** What a command is, and what it may use of the world. */
import type { LintReport, LintRequest } from '@nines/contract';
import type { Identity } from '../identity/index.ts';
import type { RuleGroup } from '../rules/index.ts';
import type { Tsdb } from '../tsdb/index.ts';

/** Exit codes, the same for every command (docs/reference/cli.md). */
export const EXIT = {
  ok: 0,
  /** It ran, and the answer is no: faults were found, a query failed, an alert is not there. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** The server cannot be reached. */
  unreachable: 3,
  /** The server refused the credentials. */
  unauthorized: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface ServeOptions {
  readonly configFile: string | undefined;
  readonly dataDir: string;
  readonly listen: string;
  readonly externalUrl: string | undefined;
  readonly isAuthRequired: boolean;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** What `nines alertmanager` was told on the command line. */
export interface AlertmanagerRunOptions {
  readonly configFile: string;
  readonly storagePath: string;
  /** Invariant: not empty. */
  readonly listen: readonly string[];
  readonly externalUrl: string | undefined;
  readonly routePrefix: string | undefined;
  readonly retentionMs: number;
  readonly maintenanceIntervalMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Undefined: it is alone. */
  readonly cluster: AlertmanagerClusterOptions | undefined;
  /** Flags that were given and make no difference. */
  readonly ignored: readonly string[];
  readonly stderr: (text: string) => void;
}

/** How it finds its peers, and how long it waits for them. */
export interface AlertmanagerClusterOptions {
  /** `HOST:PORT`. */
  readonly listen: string;
  /** `HOST:PORT` by which peers reach it; undefined: where its messages come from. */
  readonly advertise: string | undefined;
  /** Undefined: one of its start. */
  readonly peerName: string | undefined;
  /** `HOST:PORT` each. */
  readonly peers: readonly string[];
  readonly label: string;
  readonly peerTimeoutMs: number;
  readonly settleTimeoutMs: number;
  readonly probeIntervalMs: number;
  readonly probeTimeoutMs: number;
  readonly tcpTimeoutMs: number;
  readonly pushPullIntervalMs: number;
  readonly reconnectIntervalMs: number;
  readonly reconnectTimeoutMs: number;
  readonly resolveTimeoutMs: number;
}

/** Runs Alertmanager's part alone, until it is told to stop. */
export type RunAlertmanager = (options: AlertmanagerRunOptions) => Promise<ExitCode>;

/** The part of `app` that commands use; passed in, because imports go down the layers only. */
export interface AppModule {
  /** Loads what a server does not load at once, for the compile cache. */
  loadLater(): Promise<void>;
  /**
   * Reads configuration and rule files; answers each fault as one line. What a named release of
   * Prometheus does not know is a fault in rules, too.
   */
  checkFiles(files: readonly string[], prometheus?: string): Promise<readonly string[]>;
  /** Runs unit tests of rules, file by file. */
  testRules(options: RuleTestOptions): Promise<readonly RuleTestReport[]>;
  /** Reads a rule file; answers each fault as one line. */
  readRules(source: { readonly file: string; readonly text: string }): {
    readonly groups: readonly RuleGroup[];
    readonly faults: readonly string[];
  };
  /** What is wrong with rule files, as far as their text tells. */
  lintFiles(files: LintRequest['files']): Promise<LintReport>;
  /** What came of unit tests of rules, as JUnit XML. */
  formatJunit(reports: readonly RuleTestReport[]): Promise<string>;
  /**
   * Says of each field of a file what becomes of it; `prometheus` is as of `checkFiles`.
   */
  report(
    kind: ReportKind,
    file: string,
    prometheus: string | undefined,
  ): Promise<readonly ConfigReportLine[]>;
  /** Which receivers of an alertmanager.yml would get an alert with labels, `name=value` each. */
  askAlertRoutes(file: string, labels: readonly string[]): Promise<AlertRoutes>;
  /** Opens users and tokens of a data folder, whether or not a server runs on it. */
  openIdentity(options: {
    readonly configFile: string | undefined;
    readonly dataDir: string;
  }): Promise<{ readonly identity: Identity; close(): Promise<void> }>;
  /** Opens the series of a data folder that no server runs on. */
  openSeries(dataDir: string): Promise<{ readonly tsdb: Tsdb; close(): Promise<void> }>;
  /** Holds a data folder that no server runs on; answers what gives it back. */
  holdData(dataDir: string): Promise<() => void>;
  /** Looks at a data folder and its configuration, and changes nothing. */
  inspect(options: {
    readonly configFile: string | undefined;
    readonly dataDir: string;
  }): Promise<Inspection>;
}

export interface RuleTestOptions {
  readonly files: readonly string[];
  /** Only tests whose name has a match of one of these; none: all of them. */
  readonly patterns: readonly string[];
  readonly ignoresUnknownFields: boolean;
  /** Whether a failure shows lines that differ, instead of both sides whole. */
  readonly hasDiff: boolean;
  /** A release of Prometheus that must load the files, too; what it does not know is a fault. */
  readonly prometheus?: string | undefined;
}

/** What came of one file of unit tests. */
export interface RuleTestReport {
  readonly file: string;
  readonly startedAtMs: number;
  readonly warnings: readonly string[];
  /** Why the file, or a file that it names, cannot be used; then no test has run. */
  readonly faults: readonly string[];
  readonly tests: readonly {
    /** `unnamed#0` where it has none. */
    readonly name: string;
    /** Empty: it passed. */
    readonly failures: readonly RuleTestFailure[];
  }[];
}

export interface RuleTestFailure {
  /** `file:line:column` of the expectation, the rule or the series. */
  readonly place: string;
  /** In promtool's words, over several lines. */
  readonly text: string;
}

/** What a file is that is reported on: `nines check KIND FILE`. */
export type ReportKind = 'config' | 'rules' | 'probes' | 'alertmanager';

/** What becomes of one field of a configuration. */
export interface ConfigReportLine {
  readonly verdict: 'supported' | 'ignored' | 'refused';
  readonly file: string;
  /** From 1, as the column. */
  readonly line: number;
  readonly column: number;
  /** `scrape_configs[0].job_name`; '' where it is about a whole file. */
  readonly path: string;
  /** Why, and what to do; of what is supported, advice or ''. */
  readonly message: string;
  /** `file:line:column: verdict: path: message`. */
  readonly text: string;
}

/** The routing tree of an alertmanager.yml, asked for an alert. */
export interface AlertRoutes {
  /** Why the file cannot be used; then the rest is empty. */
  readonly faults: readonly string[];
  /** In the order of the tree; empty where no alert was asked for. */
  readonly receivers: readonly string[];
  /** Parents first. */
  readonly routes: readonly RouteLine[];
}

export interface RouteLine {
  /** Of the file, where the route begins. */
  readonly line: number;
  /** 0 is the root. */
  readonly depth: number;
  readonly matchers: string;
  readonly receiver: string;
  readonly continue: boolean;
  /** `...`: all labels. */
  readonly groupBy: readonly string[];
  readonly groupWait: string;
  readonly groupInterval: string;
  readonly repeatInterval: string;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  /** What became of it; undefined where no alert was asked for. */
  readonly outcome?: 'notifies' | 'passes on' | 'not matched' | 'not reached';
  readonly why?: string;
}

/** A data folder and its configuration, as they are seen from outside. */
export interface Inspection {
  readonly configFile: string | undefined;
  readonly faults: readonly string[];
  /** Whether a process holds the data folder. */
  readonly isLocked: boolean;
  /** Where they are; none: a folder that no server has used yet. */
  readonly records: 'sqlite' | 'postgres' | 'none';
  /** Why the records cannot be read; undefined: they can. */
  readonly recordsFault: string | undefined;
}

export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** What is piped into the process; asked for by commands that read it. */
  readonly stdin: () => AsyncIterable<unknown>;
  readonly loadApp: () => Promise<AppModule>;
  /** Loaded without the rest of `app`: it runs on its own, in a third of the memory. */
  readonly loadAlertmanager: () => Promise<RunAlertmanager>;
  /** Loads what runs the server. */
  readonly loadServer: () => Promise<RunServer>;
}

/** Runs the server until it is told to stop. */
export type RunServer = (options: ServeOptions) => Promise<ExitCode>;

/** One option of a command, as help and the reference show it. */
export interface CliOption {
  readonly type: 'string' | 'boolean';
  /** Whether it may be given several times. */
  readonly multiple?: boolean;
  readonly value?: string;
  readonly summary: string;
}

export interface Command {
  readonly name: string;
  /** The words after the name: `ID`, `FILE…`. */
  readonly operands: string;
  /** What the first operand can be, where that is known, for completion. */
  readonly words?: readonly string[];
  readonly summary: string;
  readonly options: Readonly<Record<string, CliOption>>;
  run(input: CommandInput, context: CliContext): Promise<ExitCode>;
}

export interface CommandInput {
  readonly operands: readonly string[];
  /** The value of a string option. */
  text(name: string): string | undefined;
  /** The values of one that may be given several times. */
  texts(name: string): readonly string[];
  /** Whether a boolean option was given. */
  has(name: string): boolean;
}

/** Where the server's files are, for commands that read them. */
export const DATA_OPTION = {
  data: { type: 'string', value: 'DIR', summary: 'the data folder (default ./data)' },
} as const satisfies Readonly<Record<string, CliOption>>;

/** For commands that read the configuration: it says where the records are. */
export const CONFIG_OPTION = {
  config: {
    type: 'string',
    value: 'FILE',
    summary: 'the configuration (default ./nines.yaml if there is one)',
  },
} as const satisfies Readonly<Record<string, CliOption>>;

/** How to reach a running server, for commands that talk to one. */
export const CLIENT_OPTIONS = {
  ...DATA_OPTION,
  url: {
    type: 'string',
    value: 'URL',
    summary: 'the server (default: the one on the data folder)',
  },
  token: { type: 'string', value: 'TOKEN', summary: 'an API token (or NINES_TOKEN)' },
} as const satisfies Readonly<Record<string, CliOption>>;

/** For commands that read rule files. */
export const PROMETHEUS_OPTION = {
  prometheus: {
    type: 'string',
    value: 'VERSION',
    summary: 'refuse what a Prometheus of this version does not know in rules: 3.5',
  },
} as const satisfies Readonly<Record<string, CliOption>>;

/** On every command that prints a result. */
export const JSON_OPTION = {
  json: { type: 'boolean', summary: 'print JSON' },
} as const satisfies Readonly<Record<string, CliOption>>;
