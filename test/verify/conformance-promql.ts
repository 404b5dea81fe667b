/** Prometheus' own scripts of queries. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '../../packages/server/src/platform/index.ts';
import { parseExpr } from '../../packages/server/src/promql/index.ts';
import { ROOT } from '../../tools/run-step.ts';
import { promqlSuite } from '../conformance/promql.ts';
import { parseScript } from '../conformance/promql-script.ts';
import { missing, type Verification } from './verification.ts';

export const conformancePromql: Verification = {
  name: 'conformance-promql',
  promise:
    "every eval of Prometheus' scripts passes, native histograms and exact messages included; each instant one also pinned by @ and as a step of a range",
  async run() {
    const data = process.env.NINES_CONFORMANCE ?? join(ROOT, '../shared/conformance');
    const folder = join(data, 'promql');
    if (!existsSync(folder)) return missing(`conformance data (${folder})`);
    const names = (await readdir(folder)).filter((name) => promqlSuite.isCase(name)).sort();
    const files = names.map((name) => join(folder, name));
    const parsed = await parseAll(files);
    const results = await promqlSuite.run(files);
    const failed = results.filter(({ failure }) => failure !== undefined);
    const failures = failed.map(({ file, line, failure }) => `${file}:${line}: ${failure}`);
    const misses = [...parsed.misses, ...failures];
    return {
      isKept: misses.length === 0,
      figures: {
        scripts: files.length,
        expressions: parsed.count,
        evals: results.length,
        evalsPassed: results.length - failed.length,
      },
      misses,
    };
  },
};

/** Whether each expression is taken or refused as its script expects. */
async function parseAll(
  files: readonly string[],
): Promise<{ readonly count: number; readonly misses: readonly string[] }> {
  let count = 0;
  const misses: string[] = [];
  for (const file of files) {
    for (const command of parseScript(await readFile(file, 'utf8'))) {
      if (command.kind === 'broken') misses.push(`${file}:${command.line}: ${command.reason}`);
      if (command.kind !== 'eval') continue;
      count++;
      const failures = command.expects.get('fail');
      const refusal = findRefusal(command.text);
      const isExpected =
        refusal === undefined || (failures?.every((test) => test(refusal)) ?? false);
      if (!isExpected) misses.push(`${file}:${command.line}: ${command.text}: ${refusal}`);
    }
  }
  return { count, misses };
}

/** Why an expression does not parse; undefined: it does, and may still fail when it is run. */
function findRefusal(text: string): string | undefined {
  try {
    parseExpr(text);
    return undefined;
  } catch (error) {
    return errorMessage(error);
  }
}
