/** Writes users and tokens, and remembers what was answered, to look for it in another server. */
import type { RunningServer } from '../harness/server.ts';
import { runCommandLine } from '../harness/server.ts';

export interface RecordMemory {
  /** Makes one more user, or changes the role of one; now and then a token. */
  write(server: RunningServer): Promise<void>;
  findMisses(server: RunningServer): Promise<readonly string[]>;
  readonly counts: () => { readonly recordsSeen: number };
}

const ROLES = ['viewer', 'responder', 'admin'] as const;

export function createRecordMemory(): RecordMemory {
  const roleByUser = new Map<string, string>();
  const tokens = new Set<string>();
  let turn = 0;
  return {
    async write(server) {
      turn++;
      const role = ROLES[turn % ROLES.length];
      const name = `person-${turn}`;
      const { id } = await server.client('createUser', { body: { name, role } });
      roleByUser.set(name, role);
      if (turn % 2 === 0) {
        await server.client('setUserRole', { params: { id }, body: { role: 'viewer' } });
        roleByUser.set(name, 'viewer');
      }
      if (turn % 20 !== 1) return;
      const args = ['token', 'create', `token-${turn}`, '--data', server.dataDir];
      const { code, stderr } = await runCommandLine(args);
      if (code !== 0) throw new Error(stderr);
      tokens.add(`token-${turn}`);
    },
    async findMisses(server) {
      const { users } = await server.client('listUsers', {});
      const found = new Map(users.map(({ name, role }) => [name, role]));
      const lost = [...roleByUser].flatMap(([name, role]) => {
        const now = found.get(name);
        return now === role ? [] : [`user ${name} was ${role} and is ${now ?? 'gone'}`];
      });
      const listed = await server.client('listTokens', {});
      const names = new Set(listed.tokens.map(({ name }) => name));
      const gone = [...tokens].filter((name) => !names.has(name));
      return [...lost, ...gone.map((name) => `token ${name} is gone`)];
    },
    counts: () => ({ recordsSeen: roleByUser.size + tokens.size }),
  };
}
