// Where a running scan is, live.
import { Button, Group, Paper, Progress as Bar, Text } from '@mantine/core';
import { useMutation, useSubscription } from 'urql';
import { useSession } from '@/app/session';
import type { ScanPhase } from '@/graphql/generated/graphql';
import { CancelScan, Progress } from './operations';

const PHASES: Record<ScanPhase, string> = {
  WAITING: 'Waiting for a worker',
  CONNECTING: 'Connecting',
  COLLECTING: 'Collecting facts',
  JUDGING: 'Judging rules',
  ENDED: 'Done',
};

export function RunningScan({ scan }: { scan: string }) {
  const [{ data }] = useSubscription({ query: Progress, variables: { scan } });
  const [{ fetching }, cancel] = useMutation(CancelScan);
  const { may } = useSession();
  const { phase = 'WAITING', done = 0, total = 0 } = data?.scanProgress ?? {};
  if (phase === 'ENDED') return null;
  return (
    <Paper withBorder p="sm" role="status">
      <Group justify="space-between" mb={6}>
        <Text size="sm">
          {PHASES[phase]}
          {total > 0 && ` · ${done} of ${total}`}
        </Text>
        {may('scan:cancel') && (
          <Button
            variant="subtle"
            color="red"
            size="compact-xs"
            loading={fetching}
            onClick={() => void cancel({ input: { id: scan } })}
          >
            Cancel scan
          </Button>
        )}
      </Group>
      <Bar
        value={total > 0 ? (100 * done) / total : 100}
        animated={total === 0}
        size="sm"
        aria-label={PHASES[phase]}
      />
    </Paper>
  );
}
