// Chooses the group whose hosts are shown.
import { Select } from '@mantine/core';
import { useQuery } from 'urql';
import { useSession } from '@/app/session';
import { GroupChoicesQuery } from '../groups/query';

interface Props {
  /** The id of a group, or `none` for hosts that are in none. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

export function GroupSelect({ value, onChange }: Props) {
  const { may } = useSession();
  const [{ data }] = useQuery({ query: GroupChoicesQuery, pause: !may('group:read') });
  const groups = (data?.groups.nodes ?? []).map(({ id, name }) => ({ value: id, label: name }));
  if (groups.length === 0 && !value) return null;
  return (
    <Select
      aria-label="Group"
      placeholder="Every group"
      data={[...groups, { value: 'none', label: 'In no group' }]}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      searchable
      clearable
      w={170}
    />
  );
}
