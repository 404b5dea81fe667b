/**
 * All commands. `serve` is found without them (index.ts): a server that is started anew does not
 * wait for the others.
 */
import type { Command } from './command.ts';
import { alertmanagerCommand } from './alertmanager-command.ts';
import { alertsCommand } from './alerts-command.ts';
import { ackCommand, resolveCommand, tagCommand } from './act-commands.ts';
import { backupCommand } from './backup-command.ts';
import { backtestCommand } from './backtest-command.ts';
import { boardsCommand } from './boards-command.ts';
import { channelsCommand } from './channels-command.ts';
import { remoteCommand } from './remote-command.ts';
import { checkCommand } from './check-command.ts';
import { compareCommand } from './compare-command.ts';
import { createCompletionCommand } from './completion-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { lintCommand } from './lint-command.ts';
import { probeCommand } from './probe-command.ts';
import { queriesCommand } from './queries-command.ts';
import { queryCommand } from './query-command.ts';
import { restoreCommand } from './restore-command.ts';
import { rulesCommand } from './rules-command.ts';
import { serviceCommand } from './service-command.ts';
import { servicesCommand } from './services-command.ts';
import { silenceCommand } from './silence-command.ts';
import { slosCommand } from './slos-command.ts';
import { targetsCommand } from './targets-command.ts';
import { tsdbCommand } from './tsdb-command.ts';
import { testCommand } from './test-command.ts';
import { tokenCommand } from './token-command.ts';
import { userCommand } from './user-command.ts';
import { whyCommand } from './why-command.ts';
import { warmCacheCommand } from './warm-cache-command.ts';
import { serveCommand } from './serve-command.ts';

/** In the order in which a newcomer meets them. */
export const COMMANDS: readonly Command[] = [
  serveCommand,
  checkCommand,
  lintCommand,
  testCommand,
  backtestCommand,
  queryCommand,
  queriesCommand,
  alertsCommand,
  rulesCommand,
  whyCommand,
  targetsCommand,
  probeCommand,
  servicesCommand,
  serviceCommand,
  compareCommand,
  slosCommand,
  boardsCommand,
  ackCommand,
  resolveCommand,
  tagCommand,
  silenceCommand,
  channelsCommand,
  remoteCommand,
  userCommand,
  tokenCommand,
  backupCommand,
  restoreCommand,
  tsdbCommand,
  doctorCommand,
  alertmanagerCommand,
  createCompletionCommand(() => COMMANDS),
  warmCacheCommand,
];
