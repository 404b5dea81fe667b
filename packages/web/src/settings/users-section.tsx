import { Button } from '@mantine/core';
import type { SignInLink, UserView } from '@nines/contract';
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
import styles from './settings.module.css';
import { useUsers } from './use-users.ts';

/** Who may sign in. A new user gets a link, never a password that someone else knows. */
export function UsersSection() {
  const { query, create, link } = useUsers();
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
              />
            ))}
          </ul>
        )}
      </QueryView>
      <FormFailure what={t('settings.users.linkFailed')} error={link.error} />
      <NameForm
        label={t('settings.users.name')}
        action={t('settings.users.add')}
        input={{
          autoCapitalize: 'none',
          pattern: '[a-z0-9][a-z0-9._\\-]*',
          title: t('settings.users.nameHint'),
        }}
        onCreate={(name, onDone) =>
          create.mutate(
            { name },
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
        <Button onClick={props.onLink}>{t('settings.users.link')}</Button>
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
