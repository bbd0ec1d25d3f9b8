// People, and the tokens of programs.
import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { PagedList } from '@/components/PagedList';
import { usePages } from '@/components/usePages';
import { UsersQuery } from './operations';
import { Tokens } from './Tokens';
import { UserCard } from './UserCard';
import { UserForm } from './UserForm';

export function UsersScreen() {
  const pages = usePages(UsersQuery, {}, (data) => data.users);
  const { may } = useSession();
  const [opened, { open, close }] = useDisclosure();
  return (
    <Page title="Users" actions={may('user:write') && <Button onClick={open}>Add user</Button>}>
      <PagedList pages={pages} label="users" empty={<EmptyState title="No users" />}>
        {(users) => users.map((user) => <UserCard key={user.id} user={user} />)}
      </PagedList>
      <Tokens />
      <Modal opened={opened} onClose={close} title="Add user">
        <UserForm
          onDone={() => {
            close();
            pages.refresh();
          }}
        />
      </Modal>
    </Page>
  );
}
