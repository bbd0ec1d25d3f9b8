// The maintenance of a host or a group itself: what holds, starting, changing, ending.
import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { FormError } from '@/components/FormError';
import { maintenanceWords } from '@/components/InMaintenance';
import { useExact } from '@/components/time';
import { MaintenanceForm } from './MaintenanceForm';

interface Props {
  current?: { reason: string; until?: string | null } | null | undefined;
  /** What holds beside it: of groups of a host. */
  others?: { reason: string; until?: string | null; group?: { name: string } | null }[];
  mayChange: boolean;
  onStart: (maintenance: { reason: string; until: string | null }) => Promise<string | undefined>;
  onEnd: () => Promise<string | undefined>;
}

export function MaintenanceSwitch({ current, others = [], mayChange, onStart, onEnd }: Props) {
  const exact = useExact();
  const [opened, { open, close }] = useDisclosure();
  const [problem, setProblem] = useState<string>();
  const [ending, setEnding] = useState(false);
  const end = async () => {
    setEnding(true);
    setProblem(await onEnd());
    setEnding(false);
  };
  return (
    <>
      {[...(current ? [current] : []), ...others].map((one) => {
        const words = maintenanceWords(one, exact);
        return (
          <Text size="sm" mb={4} key={words}>
            In maintenance: {words}.
          </Text>
        );
      })}
      <Text size="sm" mb={4} c={current || others.length > 0 ? 'dimmed' : undefined}>
        {!current && others.length === 0 && 'Not in maintenance. '}
        While it lasts, scans that are due by a schedule wait; those that somebody asks for go on.
      </Text>
      <FormError message={problem} />
      {mayChange && (
        <Group gap="xs">
          <Button variant="default" size="compact-sm" onClick={open}>
            {current ? 'Change maintenance' : 'Start maintenance'}
          </Button>
          {current && (
            <Button variant="default" size="compact-sm" loading={ending} onClick={() => void end()}>
              End maintenance
            </Button>
          )}
        </Group>
      )}
      <Modal opened={opened} onClose={close} title="Maintenance">
        <MaintenanceForm
          initial={current}
          onSave={async (maintenance) => {
            const found = await onStart(maintenance);
            if (!found) close();
            return found;
          }}
          onCancel={close}
        />
      </Modal>
    </>
  );
}
