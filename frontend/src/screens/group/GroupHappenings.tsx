// What happened to the group, newest first.
import { Loader } from '@mantine/core';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { ActivityList } from '@/components/ActivityList';
import { ErrorPanel } from '@/components/ErrorPanel';
import { GroupActivity } from './operations';

/** `version` changes when the group does: then the list is asked for again. */
export function GroupHappenings({ group, version }: { group: string; version: string }) {
  const [{ data, error }, again] = useQuery({ query: GroupActivity, variables: { id: group } });
  useEffect(() => again({ requestPolicy: 'network-only' }), [again, version]);
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data) return <Loader aria-label="Loading activity" />;
  return <ActivityList lines={data.group?.activity.nodes ?? []} />;
}
