// Narrows the list of hosts down by system and by maintenance.
import { NativeSelect } from '@mantine/core';

/** `ID` of os-release, and what people call it. */
const SYSTEMS: Record<string, string> = {
  almalinux: 'AlmaLinux',
  centos: 'CentOS',
  debian: 'Debian',
  fedora: 'Fedora',
  ol: 'Oracle Linux',
  rhel: 'RHEL',
  rocky: 'Rocky Linux',
  ubuntu: 'Ubuntu',
};

interface Props {
  os: string | undefined;
  maintenance: string | undefined;
  onSet: (change: { os?: string | undefined; maintenance?: string | undefined }) => void;
}

export default function MoreFilters({ os, maintenance, onSet }: Props) {
  return (
    <>
      <NativeSelect
        aria-label="System"
        data={[
          { value: '', label: 'Every system' },
          ...Object.entries(SYSTEMS).map(([value, label]) => ({ value, label })),
          ...(os && !(os in SYSTEMS) ? [os] : []),
        ]}
        value={os ?? ''}
        onChange={(event) => onSet({ os: event.currentTarget.value || undefined })}
      />
      <NativeSelect
        aria-label="Maintenance"
        data={[
          { value: '', label: 'Any maintenance' },
          { value: 'yes', label: 'In maintenance' },
          { value: 'no', label: 'Not in maintenance' },
        ]}
        value={maintenance ?? ''}
        onChange={(event) => onSet({ maintenance: event.currentTarget.value || undefined })}
      />
    </>
  );
}
