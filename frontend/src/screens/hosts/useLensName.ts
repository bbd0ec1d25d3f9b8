// A framework as people call it.
import { useQuery } from 'urql';
import { LensesQuery } from '../rules/query';

export function useLensName(lens: string | undefined) {
  const [{ data }] = useQuery({ query: LensesQuery, pause: !lens });
  return lens && (data?.lenses.find(({ key }) => key === lens)?.name ?? lens);
}
