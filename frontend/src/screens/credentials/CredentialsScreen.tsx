// Stored ways to log in to hosts. Secrets go in and never come out.
import { Badge, Button, Card, Group, Loader, Modal, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery } from 'urql';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { FormError } from '@/components/FormError';
import { Time } from '@/components/Time';
import { graphql } from '@/graphql/generated';
import type { CredentialLineFragment } from '@/graphql/generated/graphql';
import { CredentialForm } from './CredentialForm';
import { CredentialsQuery } from './query';

const RemoveCredential = graphql(`
  mutation RemoveCredential($input: RemoveCredentialInput!) {
    removeCredential(input: $input) {
      credential {
        id
        isRemoved
      }
      errors {
        message
      }
    }
  }
`);

export function CredentialsScreen() {
  const [{ data, error }, again] = useQuery({ query: CredentialsQuery });
  const { may } = useSession();
  const [opened, { open, close }] = useDisclosure();
  const refresh = () => again({ requestPolicy: 'network-only' });
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h3">
          Credentials
        </Title>
        {may('credential:write') && (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            Add credential
          </Button>
        )}
      </Group>
      {error && !data && <ErrorPanel error={error} onRetry={refresh} />}
      {!data && !error && <Loader aria-label="Loading credentials" />}
      {data?.credentials.nodes.length === 0 && (
        <EmptyState title="No credentials yet">
          A credential says how OpenWatch logs in to hosts: an account with a key or a password.
        </EmptyState>
      )}
      {data?.credentials.nodes.map((credential) => (
        <CredentialCard key={credential.id} credential={credential} onChange={refresh} />
      ))}
      <Modal opened={opened} onClose={close} title="Add credential" size="md">
        <CredentialForm
          onDone={() => {
            close();
            refresh();
          }}
        />
      </Modal>
    </Stack>
  );
}

const METHODS = {
  PASSWORD: 'Password',
  KEY: 'Private key',
  KEY_AND_PASSWORD: 'Private key and password',
  AGENT: 'SSH agent of the server',
} as const;

function CredentialCard({
  credential,
  onChange,
}: {
  credential: CredentialLineFragment;
  onChange: () => void;
}) {
  const { may } = useSession();
  const [{ data, fetching }, remove] = useMutation(RemoveCredential);
  const { key } = credential;
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600}>{credential.name}</Text>
            {credential.isDefault && (
              <Badge variant="outline" size="sm" tt="none">
                Default
              </Badge>
            )}
          </Group>
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
            {credential.hostCount} {credential.hostCount === 1 ? 'host' : 'hosts'} · changed{' '}
            <span style={{ display: 'inline-block' }}>
              <Time at={credential.updatedAt} />
            </span>
          </Text>
        </div>
        {may('credential:delete') && (
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            loading={fetching}
            onClick={() => void remove({ input: { id: credential.id } }).then(onChange)}
          >
            Remove
          </Button>
        )}
      </Group>
      <FormError message={data?.removeCredential.errors[0]?.message} />
    </Card>
  );
}
