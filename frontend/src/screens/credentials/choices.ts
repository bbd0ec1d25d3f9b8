// The credentials that a host can be given.
import { useQuery } from 'urql';
import { CredentialsQuery } from './query';

/** `named` are those that a host names already: they stay a choice when they are not in the list. */
export function useCredentialChoices(
  named: { id: string; name: string; isRemoved: boolean }[] = [],
) {
  const [{ data }, reload] = useQuery({ query: CredentialsQuery });
  const choices = (data?.credentials.nodes ?? []).map(({ id, name, username }) => ({
    value: id,
    label: `${name} (${username})`,
  }));
  for (const { id, name, isRemoved } of named) {
    if (!choices.some((one) => one.value === id))
      choices.push({ value: id, label: isRemoved ? `${name} (removed)` : name });
  }
  return {
    choices,
    reload: () => reload({ requestPolicy: 'network-only' }),
    nameOf: (id: string | null) =>
      id === null
        ? 'the default one'
        : (choices.find((one) => one.value === id)?.label ?? 'one that is not there any more'),
  };
}
