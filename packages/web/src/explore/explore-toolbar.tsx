import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { formatConfigDuration, parseConfigDuration } from '../format/duration.ts';
import { Segments } from '../kit/segments.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { t } from '../messages/translate.ts';
import { type ExploreState, RANGES, VIEWS } from './explore-state.ts';
import styles from './explore.module.css';

/** Which time, and in which form. */
export function ExploreToolbar(props: {
  readonly state: ExploreState;
  readonly onChange: (change: Partial<ExploreState>) => void;
  readonly onRefresh: () => void;
}) {
  const { state, onChange } = props;
  const { span } = state;
  const lengthMs = span.kind === 'last' ? span.lengthMs : undefined;
  const usual = RANGES.find((range) => parseConfigDuration(range) === lengthMs);
  const unusual =
    lengthMs === undefined || usual !== undefined ? '' : formatConfigDuration(lengthMs);
  const setRange = (text: string) => {
    const chosenMs = parseConfigDuration(text);
    if (chosenMs !== undefined) onChange({ span: { kind: 'last', lengthMs: chosenMs } });
  };
  return (
    <Toolbar>
      <Segments
        label={t('explore.view')}
        options={VIEWS.map((value) => ({ value, label: t(`explore.view.${value}`) }))}
        value={state.view}
        onChange={(view) => onChange({ view })}
      />
      <Segments
        label={t('explore.range')}
        options={RANGES.map((value) => ({ value, label: value }))}
        value={usual}
        onChange={setRange}
      />
      <CustomRange key={unusual} range={unusual} onRange={setRange} />
      <Button onClick={props.onRefresh}>{t('explore.refresh')}</Button>
    </Toolbar>
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
