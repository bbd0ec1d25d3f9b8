// The five roles, in words.
import type { Role } from '@/graphql/generated/graphql';

const WORDS: Record<Role, string> = {
  VIEWER: 'Viewer',
  AUDITOR: 'Auditor',
  OPS_LEAD: 'Operations lead',
  SECURITY_ADMIN: 'Security administrator',
  ADMIN: 'Administrator',
};

export const roleWord = (role: Role) => WORDS[role];

export const ROLES = Object.entries(WORDS).map(([value, label]) => ({ value, label }));
