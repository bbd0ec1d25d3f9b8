// What the group added up to at the end of the day that is chosen.
import { useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { ErrorPanel } from '@/components/ErrorPanel';
import { endOf, PastSum } from '@/components/Past';
import { useLensName } from '../hosts/useLensName';
import { GroupPast as PastQuery } from './operations';

export function GroupPast({ group }: { group: string }) {
  const { at, lens } = useSearch({ from: '/shell/groups/$group' });
  const name = useLensName(lens);
  const variables = { id: group, lens: lens ?? null, at: endOf(at) };
  const [{ data, error }, again] = useQuery({ query: PastQuery, variables, pause: !at });
  if (!at) return null;
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data?.group) return null;
  return <PastSum day={at} rollUp={data.group.rollUp} lens={name} />;
}
