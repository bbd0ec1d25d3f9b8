// Chooses the group whose hosts are shown.
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useSession } from '@/app/session';
import { GroupQuery } from '../group/operations';
import { GroupChoicesQuery } from '../groups/query';

interface Props {
  /** The id of a group, or `none` for hosts that are in none. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

export function GroupSelect({ value, onChange }: Props) {
  const { may } = useSession();
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search, 250);
  const hidden = !may('group:read');
  const [{ data }] = useQuery({
    query: GroupChoicesQuery,
    variables: { search: wanted || null },
    pause: hidden,
  });
  // The chosen one keeps its name when the search goes on.
  const id = value === undefined || value === 'none' ? '' : value;
  const [chosen] = useQuery({ query: GroupQuery, variables: { id }, pause: hidden || !id });
  const found = data?.groups.nodes ?? [];
  const group = chosen.data?.group;
  const groups = group && !found.some((one) => one.id === group.id) ? [...found, group] : found;
  if (groups.length === 0 && !value && !search) return null;
  return (
    <Select
      aria-label="Group"
      placeholder="Every group"
      data={[
        ...groups.map((one) => ({ value: one.id, label: one.name })),
        { value: 'none', label: 'In no group' },
      ]}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      searchable
      onSearchChange={(text) => setSearch(isName(text, groups) ? '' : text)}
      // The server has searched already, in the descriptions as well.
      filter={({ options }) => options}
      nothingFoundMessage="No such group"
      clearable
      w={170}
    />
  );
}

/** The field holds the name of what is chosen: that is no search. */
const isName = (text: string, groups: { name: string }[]) =>
  text === 'In no group' || groups.some(({ name }) => name === text);
