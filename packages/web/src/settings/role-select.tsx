import { NativeSelect } from '@mantine/core';
import type { Role } from '@nines/contract';
import { t } from '../messages/translate.ts';
import { ROLES } from '../session/use-may.ts';

/** One of the roles, from those that may be given. */
export function RoleSelect(props: {
  readonly label: string;
  readonly value: Role;
  readonly choices?: readonly Role[];
  readonly disabled?: boolean;
  readonly onChange: (role: Role) => void;
}) {
  const choices = props.choices ?? ROLES;
  return (
    <NativeSelect
      aria-label={props.label}
      value={props.value}
      disabled={props.disabled === true}
      onChange={({ currentTarget: { value } }) => {
        const role = choices.find((one) => one === value);
        if (role !== undefined) props.onChange(role);
      }}
      data={choices.map((role) => ({ value: role, label: t(`role.${role}`) }))}
    />
  );
}
