/** `nines check alertmanager FILE --routes`: the routing tree, and which way an alert takes. */
import {
  type AppModule,
  type CliContext,
  type CommandInput,
  EXIT,
  type ExitCode,
  type RouteLine,
} from './command.ts';

/** Shows the tree of a file, or asks it for the alert whose labels follow the file. */
export async function checkRoutes(
  app: AppModule,
  [file, ...labels]: readonly string[],
  { input, context }: { readonly input: CommandInput; readonly context: CliContext },
): Promise<ExitCode> {
  const answer = await app.askAlertRoutes(file, labels);
  const { faults, receivers, routes } = answer;
  if (input.has('json')) context.stdout(`${JSON.stringify(answer)}\n`);
  else if (faults.length > 0) context.stdout(`${faults.join('\n')}\n`);
  else {
    // The first line is amtool's whole answer.
    const first = labels.length === 0 ? [] : [receivers.join(',')];
    context.stdout(`${[...first, ...routes.map((one) => describe(file, one))].join('\n')}\n`);
  }
  return faults.length > 0 ? EXIT.failed : EXIT.ok;
}

function describe(file: string, route: RouteLine): string {
  const start = `${file}:${route.line}: ${'  '.repeat(route.depth)}${route.matchers}`;
  switch (route.outcome) {
    case 'not matched':
    case 'not reached':
      return `${start}  ${route.outcome}: ${route.why}`;
    case 'passes on':
      return `${start}  passes on`;
    case 'notifies':
      return `${start}  notifies ${route.receiver}: ${describeTimers(route)}`;
    case undefined:
      return `${start}  receiver: ${route.receiver}${route.continue ? ', continue' : ''}`;
  }
}

function describeTimers(route: RouteLine): string {
  const { groupBy, groupWait, groupInterval, repeatInterval } = route;
  return [
    groupBy.length === 0 ? 'all alerts in one group' : `grouped by ${groupBy.join(', ')}`,
    `first after ${groupWait}`,
    `changes after ${groupInterval}`,
    `again after ${repeatInterval}`,
    ...route.muteTimeIntervals.map((name) => `not during ${name}`),
    ...route.activeTimeIntervals.map((name) => `only during ${name}`),
  ].join(', ');
}
