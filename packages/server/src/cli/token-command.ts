import { type Command, CONFIG_OPTION, DATA_OPTION, EXIT, JSON_OPTION } from './command.ts';
import { formatTable } from './table.ts';
import { parseRole, withIdentity } from './user-command.ts';

export const tokenCommand: Command = {
  name: 'token',
  operands: 'VERB [NAME|ID]',
  words: ['create', 'list', 'revoke'],
  summary: 'API tokens for scripts, Grafana and other machines: create NAME, list, revoke ID',
  options: {
    user: { type: 'string', value: 'NAME', summary: 'whose token it is (create; default admin)' },
    role: {
      type: 'string',
      value: 'ROLE',
      summary: 'what it may do, at most what its user may (create; default the same)',
    },
    ...CONFIG_OPTION,
    ...DATA_OPTION,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [verb = '', name = ''] = input.operands;
    const print = (value: unknown, text: string): void =>
      context.stdout(input.has('json') ? `${JSON.stringify(value)}\n` : text);
    if (verb === 'create' && name !== '') {
      return withIdentity(input, context, async (identity) => {
        const { id } = await identity.getUserByName(input.text('user') ?? 'admin');
        const text = input.text('role');
        const role = text === undefined ? {} : { role: parseRole(text) };
        const { token, secret } = await identity.createToken({ userId: id, name, ...role });
        print({ id: token.id, name, role: token.role, secret }, `${secret}\n`);
        return EXIT.ok;
      });
    }
    if (verb === 'list' && name === '') {
      return withIdentity(input, context, async (identity) => {
        const tokens = await identity.listTokens();
        const rows = tokens.map(({ id, name: title, role, createdAt }) => [
          id,
          title,
          role,
          new Date(createdAt).toISOString(),
        ]);
        print({ tokens }, rows.length === 0 ? 'no tokens\n' : formatTable(rows));
        return EXIT.ok;
      });
    }
    if (verb === 'revoke' && name !== '') {
      return withIdentity(input, context, async (identity) => {
        await identity.revokeToken(name);
        print({ id: name }, `${name} is revoked\n`);
        return EXIT.ok;
      });
    }
    context.stderr('usage: nines token create NAME, nines token list, nines token revoke ID\n');
    return EXIT.usage;
  },
};
