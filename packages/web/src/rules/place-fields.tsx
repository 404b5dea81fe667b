import { NativeSelect, TextInput } from '@mantine/core';
import type { RuleFileList } from '@nines/contract';
import { t } from '../messages/translate.ts';
import { NEW_FILE, type Place, type RuleFields } from './rule-draft.ts';

/** Which group of which file a rule goes to. */
export function PlaceFields(props: {
  readonly fields: RuleFields;
  readonly list: RuleFileList;
  readonly places: readonly Place[];
  readonly onChange: (next: Partial<RuleFields>) => void;
}) {
  const { fields, list, places, onChange } = props;
  return (
    <>
      <NativeSelect
        label={t('rules.place')}
        value={fields.place}
        onChange={({ currentTarget: { value } }) => onChange({ place: value })}
        data={[
          ...places.map(({ key, file, group }) => ({
            value: key,
            label: `${file?.split('/').at(-1)} › ${group}`,
          })),
          { value: NEW_FILE, label: t('rules.place.new') },
        ]}
      />
      {fields.place === NEW_FILE && (
        <TextInput
          label={t('rules.group')}
          description={`${list.folder}/${fields.group.trim() || '…'}.yaml`}
          placeholder="checkout"
          required
          withAsterisk={false}
          maxLength={100}
          value={fields.group}
          onChange={({ currentTarget: { value } }) => onChange({ group: value })}
        />
      )}
    </>
  );
}
