/** Reads the configuration of `nines alertmanager` from its file. */
import { readFileSync } from 'node:fs';
import {
  type AlertmanagerConfig,
  type AlertmanagerMessages,
  readAlertmanagerConfig,
  type TemplateSet,
} from '../../alertmanager/index.ts';
import {
  type Fault,
  formatFault,
  formatFaults,
  invalid,
  systemErrorCode,
} from '../../platform/index.ts';
import { loadTemplates } from './load-templates.ts';
import { listUnsent } from './unsent.ts';

/** A configuration that can be put into force. */
export interface LoadedConfig {
  readonly config: AlertmanagerConfig;
  readonly templates: TemplateSet;
  /** The text of the file. */
  readonly original: string;
  /** What was read and has no effect, or maybe another than its author thinks. */
  readonly remarks: readonly string[];
}

/** Loads a file; throws `CONFIG_REFUSED` with every reason. */
export function loadConfig(file: string, messages: AlertmanagerMessages): LoadedConfig {
  const text = readText(file);
  const { config, faults, remarks, root } = readAlertmanagerConfig({ text, file });
  if (config === undefined) throw refusedBy(faults);
  const unsent = listUnsent(config);
  if (unsent.length > 0) {
    throw refused(unsent.map(({ owner, message }) => `${file}: ${owner}: ${message}`));
  }
  const loaded = loadTemplates(config.templates, root, messages);
  if (loaded.faults.length > 0) throw refusedBy(loaded.faults);
  const { templates } = loaded;
  return { config, templates, original: text, remarks: formatFaults(remarks) };
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
