/**
 * Tells people of rules that cannot be evaluated.
 *
 * Such a rule keeps the alerts that it has and raises no others: what it was written for is not
 * watched. Its error stands on the page of rules, where nobody looks at three in the morning.
 */
import type { Alerts } from '../alerts/index.ts';
import type { RuleManager, RuleView } from '../rules/index.ts';
import { SELF_JOB } from './self-scrape.ts';

const NAME = 'NinesRulesFailing';
/** More than these do not help to find the first. */
const SHOWN_MAX = 5;

/** Builds the watch; a rule that fails at two looks in a row is told of. */
export function createRuleWatch(options: {
  readonly rules: Pick<RuleManager, 'groups'>;
  readonly internal: Alerts['internal'];
}): () => Promise<void> {
  const { rules, internal } = options;
  let failedBefore: ReadonlySet<string> = new Set();
  let isRaised = false;
  return async () => {
    const failing = rules
      .groups()
      .flatMap((group) => group.rules)
      .filter(({ health }) => health === 'err');
    const lasting = failing.filter(({ key }) => failedBefore.has(key));
    failedBefore = new Set(failing.map(({ key }) => key));
    if (failing.length === 0 && isRaised) {
      isRaised = false;
      await internal.clearInternal(NAME);
    }
    if (lasting.length === 0 || isRaised) return;
    isRaised = true;
    await internal.raiseInternal({
      name: NAME,
      labels: { job: SELF_JOB },
      annotations: describe(lasting),
      output: 'ticket',
    });
  };
}

function describe(failing: readonly RuleView[]): Readonly<Record<string, string>> {
  const count = failing.length === 1 ? '1 rule cannot' : `${failing.length} rules cannot`;
  const lines = failing
    .slice(0, SHOWN_MAX)
    .map(({ name, place, lastError }) => `${name} (${place.file}:${place.line}): ${lastError}`);
  const more = failing.length > SHOWN_MAX ? [`and ${failing.length - SHOWN_MAX} more`] : [];
  const todo = 'Until it is mended, it keeps the alerts that it has and raises no new ones.';
  return {
    summary: `${count} be evaluated`,
    description: [...lines, ...more, todo].join('\n'),
  };
}
