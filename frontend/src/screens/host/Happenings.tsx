// What happened to the host, newest first.
import { ActivityList } from '@/components/ActivityList';
import { usePages } from '@/components/usePages';
import { HostActivity } from './operations';

/** `version` changes when a scan does: then the list is asked for again. */
export function Happenings({ host, version }: { host: string; version: string }) {
  const pages = usePages(HostActivity, { id: host }, (data) => data.host?.activity, version);
  return <ActivityList pages={pages} />;
}
