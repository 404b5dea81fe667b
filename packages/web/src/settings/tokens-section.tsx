import { Button } from '@mantine/core';
import type { Role, TokenView } from '@nines/contract';
import { useState } from 'react';
import { CopyButton } from '../kit/copy-button.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { Ago } from '../kit/time.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import { isRoleEnough, ROLES, useRole } from '../session/use-may.ts';
import { FormFailure } from './form-failure.tsx';
import { NameForm } from './name-form.tsx';
import { RoleSelect } from './role-select.tsx';
import styles from './settings.module.css';
import { useAnchor } from './use-anchor.ts';
import { useTokens } from './use-tokens.ts';

/** Keys for programs: scripts, Grafana, the command line on another machine. */
export function TokensSection() {
  const role = useRole() ?? 'viewer';
  const canList = isRoleEnough(role, 'admin');
  const { query, create, revoke } = useTokens(canList);
  const [newRole, setNewRole] = useState<Role>('viewer');
  const anchor = useAnchor<HTMLDivElement>('#tokens');
  return (
    <Section isPanel title={t('settings.tokens')}>
      <div ref={anchor} />
      {canList && (
        <QueryView
          query={query}
          what={t('settings.tokens.failed')}
          skeleton={<RowsSkeleton count={2} height={38} />}
        >
          {({ tokens }) =>
            tokens.length === 0 ? (
              <p className={styles.none}>{t('settings.tokens.none')}</p>
            ) : (
              <ul className={styles.rows}>
                {tokens.map((token) => (
                  <TokenRow key={token.id} token={token} onRevoke={() => revoke.mutate(token.id)} />
                ))}
              </ul>
            )
          }
        </QueryView>
      )}
      <FormFailure what={t('settings.tokens.revokeFailed')} error={revoke.error} />
      {create.data !== undefined && (
        <div className={styles.secret}>
          <p>{t('settings.tokens.secret', { name: create.data.token.name })}</p>
          <code>{create.data.secret}</code>
          <CopyButton text={create.data.secret} />
        </div>
      )}
      <NameForm
        label={t('settings.tokens.name')}
        action={t('settings.tokens.create')}
        beside={
          <RoleSelect
            label={t('settings.tokens.role')}
            value={newRole}
            choices={ROLES.filter((one) => isRoleEnough(role, one))}
            onChange={setNewRole}
          />
        }
        onCreate={(name, onSuccess) => create.mutate({ name, role: newRole }, { onSuccess })}
      />
      <FormFailure what={t('settings.tokens.createFailed')} error={create.error} />
    </Section>
  );
}

function TokenRow(props: { readonly token: TokenView; readonly onRevoke: () => void }) {
  const { token, onRevoke } = props;
  const [isAsking, setAsking] = useState(false);
  return (
    <li>
      <div className={styles.row}>
        <div>
          <b>{token.name}</b>
          <p>
            {t(`role.${token.role}`)}
            {' · '}
            {token.lastUsedAt === null ? (
              t('settings.tokens.unused')
            ) : (
              <Rich id="settings.tokens.used" args={[{ ago: <Ago at={token.lastUsedAt} /> }]} />
            )}
          </p>
        </div>
        {!isAsking && (
          <Button onClick={() => setAsking(true)}>{t('settings.tokens.revoke')}</Button>
        )}
      </div>
      {isAsking && (
        <div className={styles.ask} role="alert">
          <p>{t('settings.tokens.ask', { name: token.name })}</p>
          <Button data-tone="danger" onClick={onRevoke}>
            {t('settings.tokens.confirm', { name: token.name })}
          </Button>
          <Button onClick={() => setAsking(false)}>{t('settings.tokens.keep')}</Button>
        </div>
      )}
    </li>
  );
}
