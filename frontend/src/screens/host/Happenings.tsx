// What happened to the host, newest first.
import { Loader } from '@mantine/core';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { ActivityList } from '@/components/ActivityList';
import { ErrorPanel } from '@/components/ErrorPanel';
import { HostActivity } from './operations';

/** `version` changes when a scan does: then the list is asked for again. */
export function Happenings({ host, version }: { host: string; version: string }) {
  const [{ data, error }, again] = useQuery({ query: HostActivity, variables: { id: host } });
  useEffect(() => again({ requestPolicy: 'network-only' }), [again, version]);
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data) return <Loader aria-label="Loading activity" />;
  return <ActivityList lines={data.host?.activity.nodes ?? []} />;
}
