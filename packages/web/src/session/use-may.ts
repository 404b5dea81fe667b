import type { Role } from '@nines/contract';
import { useSession } from './use-session.ts';

/** Each may do all that the one before may. */
export const ROLES = ['viewer', 'responder', 'admin'] as const satisfies readonly Role[];

/** Whether one role reaches as far as another. */
export function isRoleEnough(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** The role of whoever looks; undefined while it is not known. */
export function useRole(): Role | undefined {
  return useSession().data?.role ?? undefined;
}

/** Whether whoever looks may do what needs this role. What they may not is not offered. */
export function useMay(needed: Role): boolean {
  const role = useRole();
  return role !== undefined && isRoleEnough(role, needed);
}
