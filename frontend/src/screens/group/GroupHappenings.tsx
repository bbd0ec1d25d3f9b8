// What happened to the group, newest first.
import { ActivityList } from '@/components/ActivityList';
import { usePages } from '@/components/usePages';
import { GroupActivity } from './operations';

/** `version` changes when the group does: then the list is asked for again. */
export function GroupHappenings({ group, version }: { group: string; version: string }) {
  const pages = usePages(GroupActivity, { id: group }, (data) => data.group?.activity, version);
  return <ActivityList pages={pages} />;
}
