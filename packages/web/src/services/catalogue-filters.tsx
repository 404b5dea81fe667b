import type { ServiceEntry } from '@nines/contract';
import { SearchFilter } from '../kit/search-filter.tsx';
import { Segments } from '../kit/segments.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { t } from '../messages/translate.ts';
import { type CatalogueFilter, listStandings, STANDINGS } from './catalogue-filter.ts';

export function CatalogueFilters(props: {
  readonly services: readonly ServiceEntry[];
  readonly filter: CatalogueFilter;
  readonly onChange: (filter: CatalogueFilter) => void;
}) {
  const { services, filter, onChange } = props;
  const standings = listStandings(services);
  return (
    <Toolbar>
      <SearchFilter
        label={t('services.filter.text')}
        value={filter.text}
        onChange={(text) => onChange({ ...filter, text })}
      />
      <Segments
        label={t('services.filter.standing')}
        options={[
          { value: 'all', label: t('services.filter.all') },
          ...STANDINGS.filter((one) => standings.includes(one) || one === filter.standing).map(
            (value) => ({ value, label: t(`services.standing.${value}`) }),
          ),
        ]}
        value={filter.standing ?? 'all'}
        onChange={(value) =>
          onChange({ ...filter, standing: STANDINGS.find((one) => one === value) })
        }
      />
    </Toolbar>
  );
}
