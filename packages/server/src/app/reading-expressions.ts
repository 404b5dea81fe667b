/** The expressions by which the configuration reads metrics. */
import type { Parts } from './start-app.ts';

/** Of rules, objectives, boards and golden signals. */
export function listReadingExpressions(
  parts: Pick<Parts, 'rules' | 'boards' | 'signals' | 'configControl'>,
): readonly string[] {
  const { rules, boards, signals, configControl } = parts;
  return [
    ...rules.groups().flatMap((group) => group.rules.map(({ expression }) => expression)),
    ...configControl
      .state()
      .config.slos.flatMap(({ indicator: { good, bad, total } }) =>
        [good, bad, total].flatMap((query) => query?.text ?? []),
      ),
    ...boards.expressions(),
    ...signals.expressions(),
  ];
}
