/**
 * OpenMetrics' own texts, each with the verdict of its authors, against our check of expositions.
 * A case is a folder with the text and a `test.json` that says whether it should parse.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorMessage } from '../../packages/server/src/platform/index.ts';
import { checkMetrics } from '../../packages/server/src/scrape/index.ts';
import type { CaseResult, ConformanceSuite } from './suite.ts';

export const openmetricsSuite: ConformanceSuite = {
  name: 'openmetrics',
  folders: ['openmetrics'],
  isCase: (path) => basename(path) === 'test.json',
  async run(files) {
    return Promise.all(files.map(runCase));
  },
};

async function runCase(file: string): Promise<CaseResult> {
  const name = basename(dirname(file));
  const result = { file, line: 0, name, groups: [] };
  try {
    return { ...result, failure: await findFailure(file) };
  } catch (error) {
    return { ...result, failure: errorMessage(error) };
  }
}

/** Why a case failed; undefined where our verdict is that of its authors. */
async function findFailure(file: string): Promise<string | undefined> {
  const { textFile, shouldParse } = parseCase(await readFile(file, 'utf8'));
  const bytes = await readFile(join(dirname(file), textFile));
  const fault = checkMetrics(bytes, { format: 'openmetrics', hasAdvice: false })[0];
  if (shouldParse) return fault && `refused: line ${fault.line}: ${fault.message}`;
  return fault === undefined ? 'accepted, and should be refused' : undefined;
}

function parseCase(json: string): { readonly textFile: string; readonly shouldParse: boolean } {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) throw new Error('test.json is no object');
  const fields = new Map<string, unknown>(Object.entries(value));
  const textFile = fields.get('file');
  const shouldParse = fields.get('shouldParse');
  if (typeof textFile !== 'string' || typeof shouldParse !== 'boolean') {
    throw new Error('test.json has no "file" or no "shouldParse"');
  }
  return { textFile, shouldParse };
}
