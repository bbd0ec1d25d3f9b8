// The score that every host has to reach which has no nearer target.
import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import { SetOrganisationTarget, SettingsQuery } from './operations';
import { TargetForm } from './TargetForm';
import { targetValues, targetWords } from './values';

export function OrganisationTarget() {
  const [{ data }] = useQuery({ query: SettingsQuery });
  const [, set] = useMutation(SetOrganisationTarget);
  const { may } = useSession();
  const [opened, { open, close }] = useDisclosure();
  if (!data) return null;
  const { target } = data.settings;
  return (
    <>
      Target of the organisation: {target ? targetWords(target) : 'none'}
      {may('settings:write') && (
        <Button variant="subtle" size="compact-xs" ml={4} onClick={open}>
          {target ? 'Change' : 'Set one'}
        </Button>
      )}
      <Modal opened={opened} onClose={close} title="Target of the organisation">
        <TargetForm
          initial={targetValues(target)}
          description="For every host without a target of its own or of a group. Empty: none."
          onSave={async (next) => {
            const { data: answer, error } = await set({ input: { target: next } });
            const problem = problemOf(error, answer?.setOrganisationTarget.errors);
            if (!problem) close();
            return problem;
          }}
          onCancel={close}
        />
      </Modal>
    </>
  );
}
