// The credentials that a host can be given.
import { usePages, useWhole } from '@/components/usePages';
import { CredentialsQuery } from './query';

/** `named` are those that a host names already: they stay a choice when they are not in the list. */
export function useCredentialChoices(
  named: { id: string; name: string; isRemoved: boolean }[] = [],
) {
  const pages = usePages(CredentialsQuery, {}, (data) => data.credentials);
  useWhole(pages);
  const choices = (pages.rows ?? []).map(({ id, name, username }) => ({
    value: id,
    label: `${name} (${username})`,
  }));
  for (const { id, name, isRemoved } of named) {
    if (!choices.some((one) => one.value === id))
      choices.push({ value: id, label: isRemoved ? `${name} (removed)` : name });
  }
  return {
    choices,
    reload: pages.refresh,
    nameOf: (id: string | null) =>
      id === null
        ? 'the default one'
        : (choices.find((one) => one.value === id)?.label ?? 'one that is not there any more'),
  };
}
