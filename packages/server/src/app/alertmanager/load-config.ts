/** Reads the configuration of `nines alertmanager` from its file. */
import { readFileSync } from 'node:fs';
import { type AlertmanagerConfig, readAlertmanagerConfig } from '../../alertmanager/index.ts';
import { formatFault, invalid, systemErrorCode } from '../../platform/index.ts';
import { findUnsent } from './send-webhook.ts';
import { SENT_KINDS } from './sent-kinds.ts';

/** A configuration that can be put into force. */
export interface LoadedConfig {
  readonly config: AlertmanagerConfig;
  /** The text of the file. */
  readonly original: string;
}

/** Loads a file; throws `CONFIG_REFUSED` with every reason. */
export function loadConfig(file: string): LoadedConfig {
  const text = readText(file);
  const { config, faults } = readAlertmanagerConfig({ text, file, sentKinds: SENT_KINDS });
  if (config === undefined) throw refused(faults.map((fault) => formatFault(fault)));
  const unsent = findUnsent(config);
  if (unsent.length > 0) throw refused(unsent.map((line) => `${file}: ${line}`));
  return { config, original: text };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw refused([`cannot read ${file}: ${systemErrorCode(error) ?? 'unknown error'}`]);
  }
}

function refused(lines: readonly string[]): Error {
  return invalid('CONFIG_REFUSED', `the configuration is refused:\n${lines.join('\n')}`);
}
