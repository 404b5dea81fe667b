import { Button } from '@mantine/core';
import { Segments } from '../kit/segments.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { t } from '../messages/translate.ts';
import { type ExploreState, VIEWS } from './explore-state.ts';
import { RangeChoice } from './range-choice.tsx';

/** Which time, and in which form. */
export function ExploreToolbar(props: {
  readonly state: ExploreState;
  readonly onChange: (change: Partial<ExploreState>) => void;
  readonly onRefresh: () => void;
}) {
  const { state, onChange } = props;
  return (
    <Toolbar>
      <Segments
        label={t('explore.view')}
        options={VIEWS.map((value) => ({ value, label: t(`explore.view.${value}`) }))}
        value={state.view}
        onChange={(view) => onChange({ view })}
      />
      <RangeChoice span={state.span} onChange={(span) => onChange({ span })} />
      <Button onClick={props.onRefresh}>{t('explore.refresh')}</Button>
    </Toolbar>
  );
}
