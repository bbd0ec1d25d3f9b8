// Where values are set: for the organisation, a group or a host. One way to ask and to set for all three.
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import type { VariableValueLineFragment } from '@/graphql/generated/graphql';
import { SetGroupVariable, SetHostVariable, SetOrganisationVariable } from './operations';

export type Place =
  { kind: 'ORGANISATION' } | { kind: 'GROUP'; id: string } | { kind: 'HOST'; id: string };

/** What the query of variables takes. */
export function scopeOf(place: Place) {
  return {
    host: place.kind === 'HOST' ? place.id : null,
    group: place.kind === 'GROUP' ? place.id : null,
  };
}

const NEEDS = {
  ORGANISATION: 'settings:write',
  GROUP: 'group:write',
  HOST: 'host:write',
} as const;

/** Sets a value in a place, or takes it back; nothing where the person may not. */
export function useSetVariable(place: Place) {
  const { may } = useSession();
  const [, ofOrganisation] = useMutation(SetOrganisationVariable);
  const [, ofGroup] = useMutation(SetGroupVariable);
  const [, ofHost] = useMutation(SetHostVariable);
  if (!may(NEEDS[place.kind])) return undefined;
  return async (name: string, value: string | null) => {
    if (place.kind === 'ORGANISATION') {
      const { data, error } = await ofOrganisation({ input: { name, value } });
      return problemOf(error, data?.setOrganisationVariable.errors);
    }
    const input = { id: place.id, name, value };
    if (place.kind === 'GROUP') {
      const { data, error } = await ofGroup({ input });
      return problemOf(error, data?.setGroupVariable.errors);
    }
    const { data, error } = await ofHost({ input });
    return problemOf(error, data?.setHostVariable.errors);
  };
}

/** The value that was set in just this place. */
export function ownValue(place: Place, values: VariableValueLineFragment[]) {
  return values.find(
    ({ source, group, host }) =>
      source === place.kind && (place.kind === 'ORGANISATION' || (group ?? host)?.id === place.id),
  );
}

/** Whether two values were set in one place. */
export function isSamePlace(one: VariableValueLineFragment, other: VariableValueLineFragment) {
  return (
    one.source === other.source && (one.group ?? one.host)?.id === (other.group ?? other.host)?.id
  );
}

/** A value to be read: the semicolon behind the last text of a list is only for who types one. */
export function shownValue(kind: string | null | undefined, value: string | null | undefined) {
  const shown = kind === 'LIST' ? value?.replace(/;\s*$/, '') : value;
  return shown || 'nothing';
}

/** Who gave a value, in words. */
export function sourceWords({ source, group, host }: VariableValueLineFragment) {
  if (source === 'ORGANISATION') return 'organisation';
  if (source === 'GROUP') return group ? `group ${group.name}` : 'a group';
  return host ? `host ${host.name}` : 'a host';
}
