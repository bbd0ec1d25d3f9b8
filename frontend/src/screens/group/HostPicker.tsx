// Chooses hosts under watch: found on the server while somebody types.
import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useQuery } from 'urql';
import { HostChoices } from './operations';

interface Props {
  label: string;
  description?: string;
  value: string[];
  onChange: (hosts: string[]) => void;
  error?: React.ReactNode;
  /** Hosts that are no choice: they are in the group already. */
  without?: string[];
}

export function HostPicker({ label, description, value, onChange, error, without = [] }: Props) {
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search, 250);
  const [{ data }] = useQuery({ query: HostChoices, variables: { search: wanted || null } });
  // Those that are chosen keep their names when the search goes on.
  const [names, setNames] = useState<Record<string, string>>({});
  const found = (data?.hosts.nodes ?? []).map(({ id, name, environment }) => ({
    value: id,
    label: `${name} (${environment})`,
  }));
  const chosen = value
    .filter((id) => !found.some((one) => one.value === id))
    .map((id) => ({ value: id, label: names[id] ?? id }));
  const choices = [...found, ...chosen].filter((one) => !without.includes(one.value));
  return (
    <MultiSelect
      label={label}
      description={description}
      placeholder={value.length === 0 ? 'Name of a host' : undefined}
      data={choices}
      value={value}
      onChange={(next) => {
        setNames(Object.fromEntries(choices.map((one) => [one.value, one.label])));
        onChange(next);
      }}
      error={error}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      // The server has looked in the address and the description as well.
      filter={({ options }) => options}
      nothingFoundMessage="No such host"
      maxDropdownHeight={260}
    />
  );
}
