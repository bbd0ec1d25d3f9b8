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
  // Asked for once: every part of a screen wants to know, and an end of the session is told by the API.
  const [{ data, error, fetching }] = useQuery({
    query: SessionQuery,
    requestPolicy: 'cache-first',
  });
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

interface Place {
  pathname: string;
  search: string;
}

/** The log-in that leads back to a page of ours. */
export function logInPath({ pathname, search }: Place): string {
  const back = pathname + search;
  return back === '/' ? '/log-in' : `/log-in?${new URLSearchParams({ to: back })}`;
}

/** The page that somebody came from; never one of another site. */
export function wayBack(to: string | undefined, origin: string): string {
  if (!to?.startsWith('/')) return '/';
  const url = new URL(to, origin);
  return url.origin === origin && url.pathname !== '/log-in' ? url.pathname + url.search : '/';
}
