// One credential: what may be known of it, and what can be done with it.
import { Badge, Button, Card, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { Time } from '@/components/Time';
import type { CredentialLineFragment } from '@/graphql/generated/graphql';
import { EditCredential } from './EditCredential';
import { MakeDefaultCredential } from './operations';
import { RemoveCredential } from './RemoveCredential';
import { METHODS } from './values';

interface Props {
  credential: CredentialLineFragment;
  onChange: () => void;
}

export function CredentialCard({ credential, onChange }: Props) {
  const { may } = useSession();
  const [editing, edit] = useDisclosure();
  const [removing, remove] = useDisclosure();
  const [{ data, error, fetching }, makeDefault] = useMutation(MakeDefaultCredential);
  const { id, name, isDefault } = credential;
  return (
    <Card withBorder padding="sm" mb="xs">
      <Group justify="space-between" align="flex-start">
        <Facts credential={credential} />
        <Group gap={4}>
          {may('credential:write') && (
            <>
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={`Edit ${name}`}
                onClick={edit.open}
              >
                Edit
              </Button>
              <Button
                variant="subtle"
                size="compact-sm"
                loading={fetching}
                onClick={() => void makeDefault({ input: { id, isDefault: !isDefault } })}
              >
                {isDefault ? 'No longer the default' : 'Make it the default'}
              </Button>
            </>
          )}
          {may('credential:delete') && (
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              aria-label={`Remove ${name}`}
              onClick={remove.open}
            >
              Remove
            </Button>
          )}
        </Group>
      </Group>
      <FormError message={problemOf(error, data?.makeDefaultCredential.errors)} />
      <Modal opened={editing} onClose={edit.close} title={`Edit ${name}`}>
        <EditCredential credential={credential} onDone={edit.close} />
      </Modal>
      <Modal opened={removing} onClose={remove.close} title={`Remove ${name}?`}>
        <RemoveCredential credential={credential} onCancel={remove.close} onDone={onChange} />
      </Modal>
    </Card>
  );
}

function Facts({ credential }: { credential: CredentialLineFragment }) {
  const { key, hostCount } = credential;
  return (
    <div style={{ minWidth: 0 }}>
      <Group gap="xs">
        <Text fw={600}>{credential.name}</Text>
        {credential.isDefault && (
          <Badge variant="outline" size="sm" tt="none">
            Default
          </Badge>
        )}
      </Group>
      {credential.description && <Text size="sm">{credential.description}</Text>}
      <Text size="sm">
        {credential.username} · {METHODS[credential.method]}
        {key && ` · ${key.algorithm} ${key.bits}`}
      </Text>
      {key && (
        <Text className="mono" style={{ overflowWrap: 'anywhere' }}>
          {key.fingerprint}
        </Text>
      )}
      <Text size="xs" c="dimmed" component="div">
        {hostCount} {hostCount === 1 ? 'host' : 'hosts'} · changed{' '}
        <span style={{ display: 'inline-block' }}>
          <Time at={credential.updatedAt} />
        </span>
      </Text>
    </div>
  );
}
