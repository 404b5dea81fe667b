import { Button } from '@mantine/core';
import type { Role, SignInLink, UserView } from '@nines/contract';
import { useState } from 'react';
import { PersonChip } from '../chips/person-chip.tsx';
import { CopyButton } from '../kit/copy-button.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { Ago } from '../kit/time.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import { FormFailure } from './form-failure.tsx';
import { NameForm } from './name-form.tsx';
import { RoleSelect } from './role-select.tsx';
import styles from './settings.module.css';
import { useUsers } from './use-users.ts';

/** Who may sign in. A new user gets a link, never a password that someone else knows. */
export function UsersSection() {
  const { query, create, link, setRole } = useUsers();
  const [role, setNewRole] = useState<Role>('responder');
  return (
    <Section isPanel title={t('settings.users')}>
      <QueryView
        query={query}
        what={t('settings.users.failed')}
        skeleton={<RowsSkeleton count={2} height={38} />}
      >
        {({ users }) => (
          <ul className={styles.rows}>
            {users.map((user) => (
              <UserRow
                key={user.id}
                user={user}
                link={link.variables === user.id ? link.data : undefined}
                onLink={() => link.mutate(user.id)}
                onRole={(next) => setRole.mutate({ id: user.id, role: next })}
                isChanging={setRole.isPending}
              />
            ))}
          </ul>
        )}
      </QueryView>
      <FormFailure what={t('settings.users.roleFailed')} error={setRole.error} />
      <FormFailure what={t('settings.users.linkFailed')} error={link.error} />
      <NameForm
        label={t('settings.users.name')}
        action={t('settings.users.add')}
        input={{
          autoCapitalize: 'none',
          pattern: '[a-z0-9][a-z0-9._\\-]*',
          title: t('settings.users.nameHint'),
        }}
        beside={
          <RoleSelect label={t('settings.users.newRole')} value={role} onChange={setNewRole} />
        }
        onCreate={(name, onDone) =>
          create.mutate(
            { name, role },
            {
              onSuccess: (user) => {
                onDone();
                link.mutate(user.id);
              },
            },
          )
        }
      />
      <FormFailure what={t('settings.users.createFailed')} error={create.error} />
    </Section>
  );
}

function UserRow(props: {
  readonly user: UserView;
  /** The link that was just made for this user. */
  readonly link: SignInLink | undefined;
  readonly onLink: () => void;
  readonly onRole: (role: Role) => void;
  readonly isChanging: boolean;
}) {
  const { user, link } = props;
  return (
    <li>
      <div className={styles.row}>
        <div>
          <PersonChip name={user.displayName || user.name} />
          <p>
            {user.name} ·{' '}
            {t(user.hasPassword ? 'settings.users.password' : 'settings.users.noPassword')}
          </p>
        </div>
        <div className={styles.acts}>
          <RoleSelect
            label={t('settings.users.role', { name: user.displayName || user.name })}
            value={user.role}
            disabled={props.isChanging}
            onChange={props.onRole}
          />
          <Button onClick={props.onLink}>{t('settings.users.link')}</Button>
        </div>
      </div>
      {link !== undefined && (
        <div className={styles.secret}>
          <p>
            <Rich id="settings.users.linkText" args={[{ expiry: <Ago at={link.expiresAt} /> }]} />
          </p>
          <code>{link.url}</code>
          <CopyButton text={link.url} />
        </div>
      )}
    </li>
  );
}
