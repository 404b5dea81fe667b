import type { Identity } from '../identity/index.ts';
import { formatSignInLink } from '../identity/index.ts';
import {
  type CliContext,
  type Command,
  type CommandInput,
  CONFIG_OPTION,
  DATA_OPTION,
  EXIT,
  type ExitCode,
  JSON_OPTION,
} from './command.ts';
import { findRole, type Role, ROLES } from '../platform/index.ts';
import { readLocalServer } from './local-server.ts';
import { CliError } from './server-client.ts';
import { formatTable } from './table.ts';

/** Works on the data folder itself, so that nobody can be locked out of a machine that is theirs. */
export const userCommand: Command = {
  name: 'user',
  operands: 'VERB [NAME] [ROLE]',
  words: ['create', 'list', 'role', 'link', 'reset-password', 'disable', 'enable'],
  summary:
    'people who may sign in: create NAME, list, role NAME ROLE, link NAME, reset-password NAME, disable NAME, enable NAME',
  options: {
    'display-name': {
      type: 'string',
      value: 'TEXT',
      summary: 'how pages show the person (create)',
    },
    role: {
      type: 'string',
      value: 'ROLE',
      summary: `${ROLES.join(', ')}: what the person may do (create; default responder)`,
    },
    'external-url': {
      type: 'string',
      value: 'URL',
      summary: 'where links lead (default: the server on the data folder)',
    },
    ...CONFIG_OPTION,
    ...DATA_OPTION,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [verb = '', name = '', role = ''] = input.operands;
    const act = Object.hasOwn(ACTS, verb) ? ACTS[verb] : undefined;
    const isOdd = (name === '') !== (verb === 'list') || (role === '') !== (verb !== 'role');
    if (act === undefined || isOdd) {
      const verbs = 'create|list|link|reset-password|disable|enable';
      context.stderr(`usage: nines user ${verbs} [NAME], nines user role NAME ROLE\n`);
      return EXIT.usage;
    }
    return withIdentity(input, context, async (identity) =>
      act({ identity, input, context, name }),
    );
  },
};

interface Act {
  readonly identity: Identity;
  readonly input: CommandInput;
  readonly context: CliContext;
  readonly name: string;
}

const ACTS: Readonly<Record<string, (act: Act) => Promise<ExitCode>>> = {
  async create(act) {
    const displayName = act.input.text('display-name');
    const role = act.input.text('role');
    await act.identity.createUser({
      name: act.name,
      ...(displayName === undefined ? {} : { displayName }),
      ...(role === undefined ? {} : { role: parseRole(role) }),
    });
    return printLink(act, await act.identity.createSignInLink(act.name));
  },
  async list({ identity, input, context }) {
    const users = await identity.listUsers();
    const views = users.map(({ id, name, displayName, role, disabledAt }) => ({
      id,
      name,
      displayName,
      role,
      isDisabled: disabledAt !== undefined,
    }));
    if (input.has('json')) context.stdout(`${JSON.stringify({ users: views })}\n`);
    else
      context.stdout(
        formatTable(
          views.map((user) => [
            user.name,
            user.displayName,
            user.isDisabled ? 'disabled' : user.role,
          ]),
        ),
      );
    return EXIT.ok;
  },
  async role({ identity, input, context, name }) {
    const [, , text] = input.operands;
    const { role } = await identity.setUserRole(name, parseRole(text));
    context.stdout(
      input.has('json') ? `${JSON.stringify({ name, role })}\n` : `${name} is ${role} now\n`,
    );
    return EXIT.ok;
  },
  link: async (act) => printLink(act, await act.identity.createSignInLink(act.name)),
  'reset-password': async (act) => printLink(act, await act.identity.resetPassword(act.name)),
  disable: async (act) => setDisabled(act, true),
  enable: async (act) => setDisabled(act, false),
};

/** A role as it is typed. */
export function parseRole(text: string): Role {
  const role = findRole(text);
  if (role !== undefined) return role;
  throw new CliError(EXIT.usage, `there is no role "${text}"; want ${ROLES.join(', ')}`);
}

async function setDisabled(
  { identity, input, context, name }: Act,
  isDisabled: boolean,
): Promise<ExitCode> {
  await identity.setUserDisabled(name, isDisabled);
  const words = isDisabled ? 'disabled; all sessions have ended' : 'enabled';
  context.stdout(
    input.has('json') ? `${JSON.stringify({ name, isDisabled })}\n` : `${name} is ${words}\n`,
  );
  return EXIT.ok;
}

function printLink(
  { input, context, name }: Act,
  link: { readonly token: string; readonly expiresAt: number },
): ExitCode {
  const local = readLocalServer(input.text('data') ?? 'data');
  const base = input.text('external-url') ?? local?.url ?? 'http://127.0.0.1:9999';
  const url = formatSignInLink(base, link.token);
  const { expiresAt } = link;
  if (input.has('json')) context.stdout(`${JSON.stringify({ name, url, expiresAt })}\n`);
  else
    context.stdout(
      `${name} signs in once, until ${new Date(expiresAt).toISOString()}, with:\n${url}\n`,
    );
  return EXIT.ok;
}

/** Opens users and tokens of the data folder, and closes them afterwards. */
export async function withIdentity(
  input: CommandInput,
  context: CliContext,
  act: (identity: Identity) => Promise<ExitCode>,
): Promise<ExitCode> {
  const app = await context.loadApp();
  const dataDir = input.text('data') ?? 'data';
  const opened = await app.openIdentity({ configFile: input.text('config'), dataDir });
  try {
    return await act(opened.identity);
  } finally {
    await opened.close();
  }
}
