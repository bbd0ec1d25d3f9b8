// What groups and targets mean for the host: the target that counts, its maintenance.
import { Button, Modal, Paper, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import { sourceWords } from '@/components/TargetMark';
import type { HostPageFragment } from '@/graphql/generated/graphql';
import { MaintenanceSwitch } from '../maintenance/MaintenanceSwitch';
import { SetHostTarget } from '../target/operations';
import { TargetForm } from '../target/TargetForm';
import { targetValues, targetWords } from '../target/values';
import { EndHostMaintenance, StartHostMaintenance } from './mutations';

export function TargetOfHost({ host }: { host: HostPageFragment }) {
  const { may } = useSession();
  const [, set] = useMutation(SetHostTarget);
  const [opened, { open, close }] = useDisclosure();
  const { target, effectiveTarget } = host;
  return (
    <Paper withBorder p="sm">
      <Title order={3} size="h5" mb={4}>
        Target
      </Title>
      <Text size="sm" mb={4}>
        {target && `Of its own: ${targetWords(target)}. `}
        {!target &&
          (effectiveTarget
            ? `None of its own; ${effectiveTarget.percent} % ${sourceWords(effectiveTarget)} counts.`
            : 'None: neither the host nor a group nor the organisation names a score to reach.')}
      </Text>
      {may('host:write') && (
        <Button variant="default" size="compact-sm" onClick={open}>
          {target ? 'Change target' : 'Set a target'}
        </Button>
      )}
      <Modal opened={opened} onClose={close} title={`Target of ${host.name}`}>
        <TargetForm
          initial={targetValues(target)}
          description="Counts before those of groups and of the organisation. Empty: theirs counts."
          onSave={async (next) => {
            const { data, error } = await set({ input: { id: host.id, target: next } });
            const problem = problemOf(error, data?.setHostTarget.errors);
            if (!problem) close();
            return problem;
          }}
          onCancel={close}
        />
      </Modal>
    </Paper>
  );
}

export function MaintenanceOfHost({ host }: { host: HostPageFragment }) {
  const { may } = useSession();
  const [, start] = useMutation(StartHostMaintenance);
  const [, end] = useMutation(EndHostMaintenance);
  const { id } = host;
  return (
    <Paper withBorder p="sm">
      <Title order={3} size="h5" mb={4}>
        Maintenance
      </Title>
      <MaintenanceSwitch
        current={host.maintenance.find((one) => one.source === 'HOST')}
        others={host.maintenance.filter((one) => one.source !== 'HOST')}
        mayChange={may('host:write')}
        onStart={async (maintenance) => {
          const { data, error } = await start({ input: { id, ...maintenance } });
          return problemOf(error, data?.startHostMaintenance.errors);
        }}
        onEnd={async () => {
          const { data, error } = await end({ input: { id } });
          return problemOf(error, data?.endHostMaintenance.errors);
        }}
      />
    </Paper>
  );
}
