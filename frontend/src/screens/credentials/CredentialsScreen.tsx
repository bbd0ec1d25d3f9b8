// Stored ways to log in to hosts. Secrets go in and never come out.
import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { PagedList } from '@/components/PagedList';
import { usePages } from '@/components/usePages';
import { CredentialCard } from './CredentialCard';
import { CredentialForm } from './CredentialForm';
import { CredentialsQuery } from './query';

export function CredentialsScreen() {
  const pages = usePages(CredentialsQuery, {}, (data) => data.credentials);
  const { may } = useSession();
  const [opened, { open, close }] = useDisclosure();
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
      <PagedList
        pages={pages}
        label="credentials"
        empty={
          <EmptyState title="No credentials yet">
            A credential says how OpenWatch logs in to hosts: an account with a key or a password.
          </EmptyState>
        }
      >
        {(credentials) =>
          credentials.map((credential) => (
            <CredentialCard key={credential.id} credential={credential} onChange={pages.refresh} />
          ))
        }
      </PagedList>
      <Modal opened={opened} onClose={close} title="Add credential" size="md">
        <CredentialForm
          onDone={() => {
            close();
            pages.refresh();
          }}
        />
      </Modal>
    </Page>
  );
}
