import type { NextSteps } from '@nines/contract';
import { CodeBlock } from '../kit/code-block.tsx';
import { t } from '../messages/translate.ts';
import { describeFile } from './next-steps.ts';

/** Lines for nines.yaml: into which file they go, the lines, and how they come into force. */
export function FileLines(props: {
  readonly text: string;
  readonly lines: string;
  readonly steps: NextSteps;
}) {
  const { path, isRead } = describeFile(props.steps);
  return (
    <>
      <p>
        {props.text} <code>{path}</code>
      </p>
      <CodeBlock code={props.lines} label={t('firstWeek.yaml', { file: path })} />
      <p>{t(isRead ? 'firstWeek.reload' : 'firstWeek.restart')}</p>
    </>
  );
}
