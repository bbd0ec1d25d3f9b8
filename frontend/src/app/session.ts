// Who is logged in, and what the person may do.
import { useQuery } from 'urql';
import { graphql } from '@/graphql/generated';

export const SessionQuery = graphql(`
  query Session {
    setup {
      administratorExists
    }
    viewer {
      role
      permissions
      preferences {
        key
        value
      }
      user {
        id
        username
      }
    }
  }
`);

/** The session. `loading` only until the first answer. */
export function useSession() {
  const [{ data, error, fetching }] = useQuery({ query: SessionQuery });
  const permissions = data?.viewer?.permissions ?? [];
  return {
    loading: fetching && !data,
    error,
    setUp: data?.setup.administratorExists ?? true,
    viewer: data?.viewer ?? null,
    /** Whether the person may do this: `host:write`. The API decides; this only hides what is no use. */
    may: (permission: string) => permissions.includes(permission),
  };
}

/** Begins anew after logging in or out: nothing of another person stays in memory. */
export function beginAnew(path: string) {
  window.location.assign(path);
}
