/** What `npm run demo --` understands. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorMessage } from '../packages/server/src/platform/index.ts';

export interface DemoOptions {
  readonly listen: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly isAuthRequired: boolean;
  readonly isFresh: boolean;
  readonly isHelp: boolean;
}

export const USAGE = `npm run demo -- [OPTIONS]

  --listen HOST:PORT   where Nines listens (default 127.0.0.1:9999)
  --data DIR           where the demo keeps its things (default ./demo-data)
  --auth none          no sign-in
  --fresh              begin anew: what an earlier demo left in the folder is removed
  --help               say this
`;

/** Reads the arguments; answers what is wrong with them as a text. */
export function readOptions(args: readonly string[]): DemoOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        listen: { type: 'string', default: '127.0.0.1:9999' },
        data: { type: 'string', default: 'demo-data' },
        auth: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.auth !== undefined && values.auth !== 'none') return '--auth knows "none" only';
    return {
      listen: values.listen,
      dataDir: resolve(values.data),
      isAuthRequired: values.auth === undefined,
      isFresh: values.fresh,
      isHelp: values.help,
    };
  } catch (error) {
    return errorMessage(error);
  }
}
