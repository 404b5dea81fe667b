import { SearchFilter } from '../kit/search-filter.tsx';
import { Segments } from '../kit/segments.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { t } from '../messages/translate.ts';
import { HEALTHS, type TargetFilter } from './target-filter.ts';

export function TargetFilters(props: {
  readonly filter: TargetFilter;
  readonly onChange: (filter: TargetFilter) => void;
}) {
  const { filter, onChange } = props;
  return (
    <Toolbar>
      <SearchFilter
        label={t('targets.filter.text')}
        value={filter.text}
        onChange={(text) => onChange({ ...filter, text })}
      />
      <Segments
        label={t('targets.filter.health')}
        options={HEALTHS.map((value) => ({ value, label: t(`targets.health.${value}`) }))}
        value={filter.health}
        onChange={(health) => onChange({ ...filter, health })}
      />
    </Toolbar>
  );
}
