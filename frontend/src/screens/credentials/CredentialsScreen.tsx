// Stored ways to log in to hosts. Secrets go in and never come out.
import { Button, Loader, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from 'urql';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Page } from '@/components/Page';
import { CredentialCard } from './CredentialCard';
import { CredentialForm } from './CredentialForm';
import { CredentialsQuery } from './query';

export function CredentialsScreen() {
  const [{ data, error }, again] = useQuery({ query: CredentialsQuery });
  const { may } = useSession();
  const [opened, { open, close }] = useDisclosure();
  const refresh = () => again({ requestPolicy: 'network-only' });
  return (
    <Page
      title="Credentials"
      actions={
        may('credential:write') && (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            Add credential
          </Button>
        )
      }
    >
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
    </Page>
  );
}
