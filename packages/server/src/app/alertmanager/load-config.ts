/** Reads the configuration of `nines alertmanager` from its file. */
import { readFileSync } from 'node:fs';
import {
  type AlertmanagerConfig,
  type AlertmanagerMessages,
  readAlertmanagerConfig,
  type TemplateSet,
} from '../../alertmanager/index.ts';
import { type Fault, formatFault, invalid, systemErrorCode } from '../../platform/index.ts';
import { loadTemplates } from './load-templates.ts';
import { SENT_KINDS } from './sent-kinds.ts';
import { findUnsent } from './unsent.ts';

/** A configuration that can be put into force. */
export interface LoadedConfig {
  readonly config: AlertmanagerConfig;
  readonly templates: TemplateSet;
  /** The text of the file. */
  readonly original: string;
}

/** Loads a file; throws `CONFIG_REFUSED` with every reason. */
export function loadConfig(file: string, messages: AlertmanagerMessages): LoadedConfig {
  const text = readText(file);
  const { config, faults, root } = readAlertmanagerConfig({ text, file, sentKinds: SENT_KINDS });
  if (config === undefined) throw refusedBy(faults);
  const unsent = findUnsent(config);
  if (unsent.length > 0) throw refused(unsent.map((line) => `${file}: ${line}`));
  const loaded = loadTemplates(config.templates, root, messages);
  if (loaded.faults.length > 0) throw refusedBy(loaded.faults);
  return { config, templates: loaded.templates, original: text };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw refused([`cannot read ${file}: ${systemErrorCode(error) ?? 'unknown error'}`]);
  }
}

function refusedBy(faults: readonly Fault[]): Error {
  return refused(faults.map((fault) => formatFault(fault)));
}

function refused(lines: readonly string[]): Error {
  return invalid('CONFIG_REFUSED', `the configuration is refused:\n${lines.join('\n')}`);
}
