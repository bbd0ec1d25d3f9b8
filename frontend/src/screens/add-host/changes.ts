// What changed about a host while its form was open.
import type { Change } from '@/components/Meanwhile';
import { SUDO, POLICY } from '../host/words';
import type { HostValues } from './details';

const LABELS: [
  string,
  (values: HostValues, credential: (id: string | null) => string) => string,
][] = [
  ['Name', (values) => values.name],
  ['Environment', (values) => values.environment],
  ['Description', (values) => values.description],
  ['Tags', (values) => [...values.tags].sort().join(', ')],
  ['Reached', (values) => (values.way === 'LOCAL' ? 'as this machine' : 'by SSH')],
  ['Address', (values) => (values.way === 'LOCAL' ? '' : values.address.trim())],
  ['Port', (values) => (values.way === 'LOCAL' ? '' : String(values.port))],
  ['Credential', (values, name) => (values.way === 'LOCAL' ? '' : name(values.credential))],
  ['Sudo', (values) => (values.way === 'LOCAL' ? '' : SUDO[values.sudo])],
  ['New host keys', (values) => (values.way === 'LOCAL' ? '' : POLICY[values.hostKeyPolicy])],
  ['Through another host', (values, name) => jump(values, name)],
];

function jump(values: HostValues, name: (id: string | null) => string) {
  if (values.way === 'LOCAL' || !values.throughJump) return '';
  const { address, port, credential } = values.jump;
  return `${address.trim()}, port ${port}, ${name(credential)}`;
}

/** Where the host is neither as the form found it (`base`) nor as it is typed in (`mine`). */
export function changesOf(
  base: HostValues,
  mine: HostValues,
  now: HostValues,
  credential: (id: string | null) => string,
): Change[] {
  const found: Change[] = [];
  for (const [label, word] of LABELS) {
    const [before, after] = [word(base, credential), word(now, credential)];
    if (before !== after && after !== word(mine, credential)) found.push({ label, before, after });
  }
  return found;
}
