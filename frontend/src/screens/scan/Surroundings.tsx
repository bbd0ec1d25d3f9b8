// What surrounded a scan, as it was then: the host, who logged in, by which rules, and what it cost.
import { Paper, SimpleGrid, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useExact } from '@/components/time';
import type { ScanPageFragment } from '@/graphql/generated/graphql';
import { SUDO } from '../host/words';
import { bytes, METHODS } from './words';

export function Surroundings({ scan }: { scan: ScanPageFragment }) {
  const exact = useExact();
  const { context, platform, cost } = scan;
  const login = context?.login;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Part title="The host then">
        <Line name="Name" value={context?.hostName} />
        <Line name="Environment" value={context?.environment} />
        <Line name="Tags" value={context?.tags.join(', ')} />
        <Line name="Groups" value={context?.groups.map((group) => group.name).join(', ')} />
        <Line name="System" value={platform?.osName} />
        <Line name="Kernel" value={platform && `${platform.kernel} ${platform.architecture}`} />
        <Line name="Host name" value={platform?.hostname} />
        <Line name="Clock" value={platform && skew(platform.clockSkewMs)} />
      </Part>
      <Part title="How it was reached">
        <Line name="Address" value={context && (context.address ?? 'the machine of the worker')} />
        <Line name="Host key" value={context?.hostKey} mono />
        <Line
          name="Log-in"
          value={login && `${login.name}: ${login.username}, ${METHODS[login.method]}`}
        />
        <Line name="Key" value={login?.fingerprint} mono />
        <Line name="sudo" value={context?.sudo && SUDO[context.sudo]} />
        <Line name="Rights" value={platform && (platform.isPrivileged ? 'root' : 'not root')} />
        <Line name="Worker" value={scan.worker} />
        <Line name="Attempt" value={scan.attempt > 1 && String(scan.attempt)} />
      </Part>
      <Part title="What it was judged by">
        <Line name="Pack" value={scan.pack} />
        <Line name="Rules" value={scan.framework ? `those of ${scan.framework}` : 'all'} />
        <Line
          name="Engine"
          value={context?.engineVersion && `OpenWatch ${context.engineVersion}`}
        />
        <Line name="List of rules" value={scan.catalogue} mono />
        <Line name="Evidence root" value={scan.evidenceRoot} mono />
        <Line name="Position in the log" value={String(scan.positionNumber)} />
      </Part>
      <Part title="What it cost">
        <Line name="Began" value={scan.startedAt && exact(scan.startedAt)} />
        <Line name="Ended" value={scan.finishedAt && exact(scan.finishedAt)} />
        <Line name="Took" value={cost && `${cost.durationMs.toLocaleString('en')} ms`} />
        <Line
          name="CPU on the host"
          value={cost && `${cost.remoteCpuMs.toLocaleString('en')} ms`}
        />
        <Line name="Round trips" value={cost && String(cost.roundTrips)} />
        <Line name="Calls of sudo" value={cost && String(cost.sudoCalls)} />
        <Line
          name="Transferred"
          value={cost && `${bytes(cost.bytesIn)} in, ${bytes(cost.bytesOut)} out`}
        />
      </Part>
    </SimpleGrid>
  );
}

/** Less than a second is within what can be measured. */
function skew(ms: number): string {
  if (Math.abs(ms) < 1000) return 'as ours';
  const seconds = Math.abs(ms / 1000).toFixed(0);
  return `${seconds} s ${ms > 0 ? 'ahead of' : 'behind'} ours`;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="sm">
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <Table layout="fixed" withRowBorders={false} verticalSpacing={2}>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Paper>
  );
}

interface LineProps {
  name: string;
  value: string | false | null | undefined;
  mono?: boolean;
}

/** What does not concern this scan has no line; what is empty says so. */
function Line({ name, value, mono }: LineProps) {
  if (value === null || value === undefined || value === false) return null;
  return (
    <Table.Tr>
      <Table.Td w={140} c="dimmed" px={0} style={{ verticalAlign: 'top' }}>
        {name}
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }} {...(mono && { className: 'mono' })}>
        {value || (
          <Text span inherit c="dimmed">
            none
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
