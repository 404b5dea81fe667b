import type { ServiceEntry, ServiceList } from '@nines/contract';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { CliError, connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

const STANDINGS: readonly ServiceEntry['standing'][] = ['unowned', 'unseen', 'owned', 'self'];

export const servicesCommand: Command = {
  name: 'services',
  operands: '',
  summary: 'list services as they are declared and as they are seen, the differences first',
  options: {
    only: {
      type: 'string',
      value: 'STANDING',
      summary: 'those that are unowned, unseen, owned or self',
    },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    if (input.operands.length > 0) {
      context.stderr(`nines services: unexpected "${input.operands[0]}"\n`);
      return EXIT.usage;
    }
    const only = readStanding(input.text('only'));
    const { client } = connectServer(input, context);
    const list = await client('listServices', {});
    const services = list.services.filter(({ standing }) => standing === (only ?? standing));
    context.stdout(
      input.has('json') ? `${JSON.stringify({ ...list, services })}\n` : formatList(services),
    );
    return EXIT.ok;
  },
};

function readStanding(text: string | undefined): ServiceEntry['standing'] | undefined {
  const standing = STANDINGS.find((one) => one === text);
  if (text === undefined || standing !== undefined) return standing;
  throw new CliError(EXIT.usage, `"${text}" is none of ${STANDINGS.join(', ')}`);
}

function formatList(services: ServiceList['services']): string {
  if (services.length === 0) return 'there are no such services\n';
  const rows = services.map((service) => [
    service.name,
    service.standing,
    service.owner ?? '-',
    service.match.join(' or ') || '-',
    service.jobs.join(', ') || '-',
    formatSeen(service),
  ]);
  return formatTable([['SERVICE', 'STANDING', 'OWNER', 'MATCH', 'JOBS', 'SEEN'], ...rows]);
}

function formatSeen({ targetsUp, targetsTotal, isPushed }: ServiceEntry): string {
  if (targetsTotal > 0) return `${targetsUp} of ${targetsTotal} targets up`;
  return isPushed ? 'series without a target' : 'nothing';
}
