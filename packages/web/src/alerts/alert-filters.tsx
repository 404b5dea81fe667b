import { Button, NativeSelect } from '@mantine/core';
import { Link } from 'wouter';
import { SILENCES_PATH } from '../silences/silence-state.ts';
import { whyPath } from '../why/why-state.ts';
import { Segments } from '../kit/segments.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { t } from '../messages/translate.ts';
import { type ListFilter, OUTPUTS, STATES } from './alert-filter.ts';
import { useServiceNames } from './use-alerts.ts';

export function AlertFilters(props: {
  readonly filter: ListFilter;
  readonly onChange: (filter: ListFilter) => void;
}) {
  const { filter, onChange } = props;
  const services = useServiceNames(filter.service);
  return (
    <Toolbar>
      <Segments
        label={t('alerts.filter.state')}
        options={STATES.map((value) => ({ value, label: t(`alerts.state.${value}`) }))}
        value={filter.state}
        onChange={(state) => onChange({ ...filter, state })}
      />
      <NativeSelect
        aria-label={t('alerts.filter.output')}
        value={filter.output ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...filter, output: OUTPUTS.find((output) => output === value) })
        }
        data={[
          { value: '', label: t('alerts.output.any') },
          ...OUTPUTS.map((value) => ({ value, label: t(`alerts.output.${value}`) })),
        ]}
      />
      <NativeSelect
        data-search
        aria-label={t('alerts.filter.service')}
        value={filter.service ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...filter, service: value === '' ? undefined : value })
        }
        data={[
          { value: '', label: t('alerts.service.any') },
          ...services.map((name) => ({ value: name, label: name })),
        ]}
      />
      {filter.tag !== undefined && (
        <Button
          aria-label={t('tags.filter.clear', { tag: filter.tag })}
          rightSection="×"
          onClick={() => onChange({ ...filter, tag: undefined })}
        >
          {t('tags.filter', { tag: filter.tag })}
        </Button>
      )}
      <Link href={whyPath({})}>{t('why.rules.link')}</Link>
      <Link href={SILENCES_PATH}>{t('silence.all')}</Link>
    </Toolbar>
  );
}
