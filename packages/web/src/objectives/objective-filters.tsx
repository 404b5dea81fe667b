import { NativeSelect } from '@mantine/core';
import type { SloSummary } from '@nines/contract';
import { SearchFilter } from '../kit/search-filter.tsx';
import { Segments } from '../kit/segments.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { t } from '../messages/translate.ts';
import { listServices, type ObjectiveFilter, STATES } from './objective-filter.ts';

export function ObjectiveFilters(props: {
  readonly slos: readonly SloSummary[];
  readonly filter: ObjectiveFilter;
  readonly onChange: (filter: ObjectiveFilter) => void;
}) {
  const { slos, filter, onChange } = props;
  return (
    <Toolbar>
      <SearchFilter
        label={t('objectives.filter.text')}
        value={filter.text}
        onChange={(text) => onChange({ ...filter, text })}
      />
      <Segments
        label={t('objectives.filter.state')}
        options={[
          { value: 'all', label: t('objectives.filter.all') },
          ...STATES.map((value) => ({ value, label: t(`objective.state.${value}`) })),
        ]}
        value={filter.state ?? 'all'}
        onChange={(value) =>
          onChange({ ...filter, state: STATES.find((state) => state === value) })
        }
      />
      <NativeSelect
        aria-label={t('objectives.filter.service')}
        value={filter.service ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...filter, service: value === '' ? undefined : value })
        }
        data={[
          { value: '', label: t('objectives.service.any') },
          ...listServices(slos, filter.service).map((name) => ({ value: name, label: name })),
        ]}
      />
    </Toolbar>
  );
}
