// What is done with chosen hosts: they are scanned together.
import { Button, Group, Paper, Text } from '@mantine/core';
import { IconRadar2 } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import type { HostFilter } from '@/graphql/generated/graphql';
import { RequestFleetScan } from '../fleet-scan/operations';
import { type Choice, NOTHING } from './chosen';

interface Props {
  choice: Choice;
  /** How many hosts the filter leaves, and the filter. */
  total: number;
  filter: HostFilter;
}

export default function ScanChosen({ choice, total, filter }: Props) {
  const { chosen, setChosen } = choice;
  const navigate = useNavigate();
  const [{ data, error, fetching }, request] = useMutation(RequestFleetScan);
  const count = chosen.all ? total : chosen.ids.size;
  if (count === 0) return null;
  const scan = async () => {
    const which = chosen.all
      ? { matching: { ...filter, status: null } }
      : { hosts: [...chosen.ids] };
    const { data } = await request({ input: which });
    const made = data?.requestFleetScan.fleetScan;
    if (!made) return;
    setChosen(NOTHING);
    await navigate({ to: '/fleet-scans/$fleetScan', params: { fleetScan: made.id } });
  };
  return (
    <Paper withBorder p="xs" role="region" aria-label="Chosen hosts">
      <Group gap="sm" justify="space-between">
        <Group gap="sm">
          <Text size="sm">
            {count} {count === 1 ? 'host' : 'hosts'} chosen
          </Text>
          {!chosen.all && total > chosen.ids.size && (
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => setChosen({ ...chosen, all: true })}
            >
              Choose all {total} that match
            </Button>
          )}
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            onClick={() => setChosen(NOTHING)}
          >
            Choose none
          </Button>
        </Group>
        <Button
          size="compact-md"
          leftSection={<IconRadar2 size={16} />}
          loading={fetching}
          onClick={() => void scan()}
        >
          Scan {count === 1 ? 'host' : `${count} hosts`}
        </Button>
      </Group>
      <FormError message={problemOf(error, data?.requestFleetScan.errors)} />
    </Paper>
  );
}
