/** For tests: modules from their text, and probes that run them. */
import assert from 'node:assert/strict';
import { createSystemClock } from '../platform/index.ts';
import { type ProbeOrder, type ProbeResult, runProbe } from './prober.ts';
import { readModuleFile } from './read-modules.ts';

/** Probes a target with a module that is written as YAML; private addresses are allowed. */
export async function probeWith(
  body: string,
  order: Omit<ProbeOrder, 'module' | 'allowsPrivate'> & { readonly allowsPrivate?: boolean },
): Promise<ProbeResult> {
  const text = `modules: {one: ${body}}`;
  const { modules, faults } = readModuleFile({ text, file: 'blackbox.yml' });
  assert.deepEqual(faults, []);
  const module = modules.get('one');
  assert.ok(module !== undefined);
  return runProbe(
    { allowsPrivate: true, ...order, module },
    {
      clock: createSystemClock(),
      readAccess: async ({ auth }): Promise<Record<string, string>> =>
        auth.kind === 'none' ? {} : { authorization: 'secret' },
      readTls: async ({ insecureSkipVerify }) => ({ rejectUnauthorized: !insecureSkipVerify }),
    },
  );
}
