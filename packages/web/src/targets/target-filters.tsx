import { TextInput } from '@mantine/core';
import { Key } from '../kit/key.tsx';
import { Segments } from '../kit/segments.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { t } from '../messages/translate.ts';
import styles from './targets.module.css';
import { HEALTHS, type TargetFilter } from './target-filter.ts';

export function TargetFilters(props: {
  readonly filter: TargetFilter;
  readonly onChange: (filter: TargetFilter) => void;
}) {
  const { filter, onChange } = props;
  return (
    <Toolbar>
      <TextInput
        data-search
        className={styles.search}
        type="search"
        aria-label={t('targets.filter.text')}
        placeholder={t('targets.filter.text')}
        rightSection={<Key>/</Key>}
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.currentTarget.value })}
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
