// Throwing a credential away: asked once more, since its secret cannot be had back.
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import type { CredentialLineFragment } from '@/graphql/generated/graphql';
import { RemoveCredential as Remove } from './operations';

interface Props {
  credential: CredentialLineFragment;
  onCancel: () => void;
  onDone: () => void;
}

export function RemoveCredential({ credential, onCancel, onDone }: Props) {
  const [{ data, error, fetching }, remove] = useMutation(Remove);
  const { id, name, hostCount, isDefault } = credential;
  const submit = async () => {
    const answer = await remove({ input: { id } });
    if (answer.data?.removeCredential.credential) onDone();
  };
  return (
    <Stack>
      <Text>
        {name} is thrown away, and its secret destroyed. This cannot be undone; that it existed
        stays in the audit log.
      </Text>
      {hostCount > 0 && (
        <Text>
          {hostCount === 1 ? 'One host logs' : `${hostCount} hosts log`} in with it. It can be
          removed when they have another.
        </Text>
      )}
      {isDefault && (
        <Text>It is the default: hosts without a credential of their own will have none.</Text>
      )}
      <FormError message={problemOf(error, data?.removeCredential.errors)} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel} data-autofocus>
          Keep it
        </Button>
        <Button color="red" loading={fetching} onClick={() => void submit()}>
          Remove it
        </Button>
      </Group>
    </Stack>
  );
}
