import { NativeSelect } from '@mantine/core';
import type { BoardFile, BoardVariable, VariableValues } from '@nines/contract';
import { useId } from 'react';
import { RangeChoice } from '../explore/range-choice.tsx';
import { compareNames } from '../format/natural-order.ts';
import type { Span } from '../graph/span.ts';
import { CopyButton } from '../kit/copy-button.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { t } from '../messages/translate.ts';
import styles from './boards.module.css';

/** More values than anybody picks from a list; a board for so many begins elsewhere. */
const OPTIONS_MAX = 500;

/** What the panels below are about, and over which time. */
export function BoardToolbar(props: {
  readonly board: BoardFile;
  readonly span: Span;
  readonly values: VariableValues | undefined;
  readonly known: Readonly<Record<string, readonly string[] | undefined>>;
  readonly onSpan: (span: Span) => void;
  readonly onChoose: (name: string, value: string | null) => void;
}) {
  const { board, values, known } = props;
  return (
    <Toolbar>
      {board.variables.map((variable) => (
        <VariableChoice
          key={variable.name}
          variable={variable}
          value={values?.[variable.name]}
          known={known[variable.name] ?? []}
          onChoose={(value) => props.onChoose(variable.name, value)}
        />
      ))}
      <RangeChoice span={props.span} onChange={props.onSpan} />
      <CopyButton text={board.text} label={t('boards.copy')} />
    </Toolbar>
  );
}

function VariableChoice(props: {
  readonly variable: BoardVariable;
  readonly value: string | null | undefined;
  readonly known: readonly string[];
  readonly onChoose: (value: string | null) => void;
}) {
  const { variable, value, known } = props;
  const id = useId();
  // A value that is gone, or came with a link, is still what is shown.
  const own = value === null || value === undefined || value === '' ? [] : [value];
  const options = [...new Set([...own, ...known.slice(0, OPTIONS_MAX)])].toSorted(compareNames);
  return (
    <div className={styles.variable}>
      <label htmlFor={id}>{variable.title}</label>
      <NativeSelect
        id={id}
        value={value ?? ''}
        onChange={({ currentTarget }) =>
          props.onChoose(currentTarget.value === '' ? null : currentTarget.value)
        }
        data={[
          ...(variable.hasAll ? [{ value: '', label: t('boards.variable.all') }] : []),
          ...options.map((one) => ({ value: one, label: one })),
        ]}
      />
    </div>
  );
}
