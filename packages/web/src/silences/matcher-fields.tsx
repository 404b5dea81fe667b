import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { SilenceMatcher } from '@nines/contract';
import { t } from '../messages/translate.ts';
import { OPERATORS } from './silence-state.ts';
import styles from './silences.module.css';

/** The matchers of a silence, a line each. */
export function MatcherFields(props: {
  readonly matchers: readonly SilenceMatcher[];
  readonly onChange: (matchers: readonly SilenceMatcher[]) => void;
}) {
  const { matchers, onChange } = props;
  const put = (at: number, fields: Partial<SilenceMatcher>) =>
    onChange(matchers.map((one, index) => (index === at ? { ...one, ...fields } : one)));
  return (
    <fieldset className={styles.matchers}>
      <legend>{t('silence.matchers')}</legend>
      {matchers.map((matcher, at) => (
        // The place is all that a line has: names and values change while they are written.
        <div className={styles.matcher} key={`matcher ${String(at)}`}>
          <TextInput
            className={styles.name}
            aria-label={t('silence.matcher.name')}
            placeholder={t('silence.matcher.name')}
            value={matcher.name}
            onChange={({ currentTarget: { value } }) => put(at, { name: value.trim() })}
          />
          <NativeSelect
            aria-label={t('silence.matcher.operator')}
            value={matcher.operator}
            data={OPERATORS.map((value) => ({ value, label: value }))}
            onChange={({ currentTarget: { value } }) =>
              put(at, { operator: OPERATORS.find((one) => one === value) ?? '=' })
            }
          />
          <TextInput
            className={styles.value}
            aria-label={t('silence.matcher.value', { name: matcher.name })}
            placeholder={t('silence.matcher.anyValue')}
            value={matcher.value}
            onChange={({ currentTarget: { value } }) => put(at, { value })}
          />
          <Button
            aria-label={t('silence.matcher.remove', { name: matcher.name })}
            disabled={matchers.length === 1}
            onClick={() => onChange(matchers.filter((_, index) => index !== at))}
          >
            ×
          </Button>
        </div>
      ))}
      <Button onClick={() => onChange([...matchers, { name: '', operator: '=', value: '' }])}>
        {t('silence.matcher.add')}
      </Button>
    </fieldset>
  );
}
