// Hosts of a list are chosen, one by one or all that are shown.
import { Checkbox } from '@mantine/core';
import type { HostLineFragment } from '@/graphql/generated/graphql';
import type { Choice } from './chosen';

/** Chooses a host, or every host of the page; or lets it go. */
export default function Choose({ hosts, one, choice }: Props) {
  if (one) return <ChooseOne host={one} choice={choice} />;
  return <ChooseAll hosts={hosts} choice={choice} />;
}

interface Props {
  hosts: HostLineFragment[];
  one?: HostLineFragment;
  choice: Choice;
}

function ChooseOne({ host, choice }: { host: HostLineFragment; choice: Choice }) {
  const { chosen, setChosen } = choice;
  const toggle = () => {
    const ids = new Set(chosen.ids);
    if (!ids.delete(host.id)) ids.add(host.id);
    setChosen({ ids, all: false });
  };
  return (
    <Checkbox
      size="sm"
      aria-label={`Choose ${host.name}`}
      checked={chosen.all || chosen.ids.has(host.id)}
      disabled={chosen.all || host.status === 'REMOVED'}
      onChange={toggle}
    />
  );
}

function ChooseAll({ hosts, choice }: { hosts: HostLineFragment[]; choice: Choice }) {
  const { chosen, setChosen } = choice;
  const active = hosts.filter((host) => host.status === 'ACTIVE');
  const here = active.filter((host) => chosen.ids.has(host.id)).length;
  const every = chosen.all || (active.length > 0 && here === active.length);
  const toggle = () => {
    const ids = new Set(chosen.ids);
    for (const host of active) {
      if (every) ids.delete(host.id);
      else ids.add(host.id);
    }
    setChosen({ ids, all: false });
  };
  return (
    <Checkbox
      size="sm"
      aria-label="Choose all hosts shown"
      checked={every}
      indeterminate={!every && here > 0}
      onChange={toggle}
    />
  );
}
