/** The backups of this server: what they are made of. */
import { VERSION } from '../cli/index.ts';
import { type Backups, createBackups } from '../backup/index.ts';
import { copyConfig } from './config-copy.ts';
import type { Parts } from './start-app.ts';

/** Builds the service; nothing is taken before somebody asks. */
export function createAppBackups(
  parts: Pick<Parts, 'options' | 'database' | 'tsdb' | 'freeBytes' | 'configControl'>,
): Backups {
  const { options, configControl } = parts;
  const readConfig = async () => {
    const { file, boards, rules } = configControl.state().config;
    return copyConfig(file, [boards.folder, rules.folder]);
  };
  return createBackups({ ...options, version: VERSION }, { ...parts, readConfig });
}
