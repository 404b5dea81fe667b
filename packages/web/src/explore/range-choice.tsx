import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { formatConfigDuration, parseConfigDuration } from '../format/duration.ts';
import type { Span } from '../graph/span.ts';
import { Segments } from '../kit/segments.tsx';
import { t } from '../messages/translate.ts';
import { RANGES } from './explore-state.ts';
import styles from './explore.module.css';

/** How far back from now: the usual ranges, and any other. */
export function RangeChoice(props: {
  readonly span: Span;
  readonly onChange: (span: Span) => void;
}) {
  const { span } = props;
  const lengthMs = span.kind === 'last' ? span.lengthMs : undefined;
  const usual = RANGES.find((range) => parseConfigDuration(range) === lengthMs);
  const unusual =
    lengthMs === undefined || usual !== undefined ? '' : formatConfigDuration(lengthMs);
  const setRange = (text: string) => {
    const chosenMs = parseConfigDuration(text);
    if (chosenMs !== undefined) props.onChange({ kind: 'last', lengthMs: chosenMs });
  };
  return (
    <>
      <Segments
        label={t('explore.range')}
        options={RANGES.map((value) => ({ value, label: value }))}
        value={usual}
        onChange={setRange}
      />
      <CustomRange key={unusual} range={unusual} onRange={setRange} />
    </>
  );
}

function CustomRange(props: { readonly range: string; readonly onRange: (text: string) => void }) {
  const [text, setText] = useState(props.range);
  const isWrong = text !== '' && parseConfigDuration(text) === undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onRange(text);
  };
  return (
    <form onSubmit={submit} className={styles.custom}>
      <TextInput
        aria-label={t('explore.range.custom')}
        placeholder={t('explore.range.placeholder')}
        title={t('explore.range.hint')}
        error={isWrong}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}
