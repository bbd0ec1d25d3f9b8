// People and bearer tokens.
import {
  Alert,
  Badge,
  Button,
  Card,
  Code,
  Group,
  Loader,
  Modal,
  Select,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { useSession } from '@/app/session';
import { ErrorPanel } from '@/components/ErrorPanel';
import { FormError } from '@/components/FormError';
import { Time } from '@/components/Time';
import { Page } from '@/components/Page';
import type { Role, TokenLineFragment, UserLineFragment } from '@/graphql/generated/graphql';
import { CreateToken, DisableUser, EnableUser, RevokeToken, UsersQuery } from './operations';
import { UserForm } from './UserForm';
import { ROLES, roleWord } from './roles';

export function UsersScreen() {
  const [{ data, error }, again] = useQuery({ query: UsersQuery });
  const { may } = useSession();
  const [opened, { open, close }] = useDisclosure();
  const refresh = () => again({ requestPolicy: 'network-only' });
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading users" />;
  return (
    <Page title="Users" actions={may('user:write') && <Button onClick={open}>Add user</Button>}>
      {data.users.nodes.map((user) => (
        <UserCard key={user.id} user={user} />
      ))}
      <Title order={2} size="h3" mt="md">
        Tokens
      </Title>
      {may('token:write') && <TokenForm onDone={refresh} />}
      {data.tokens.nodes.map((token) => (
        <TokenCard key={token.id} token={token} />
      ))}
      <Modal opened={opened} onClose={close} title="Add user">
        <UserForm
          onDone={() => {
            close();
            refresh();
          }}
        />
      </Modal>
    </Page>
  );
}

function UserCard({ user }: { user: UserLineFragment }) {
  const { may } = useSession();
  const [disabling, disable] = useMutation(DisableUser);
  const [, enable] = useMutation(EnableUser);
  const input = { id: user.id };
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between">
        <div>
          <Group gap="xs">
            <Text fw={600}>{user.username}</Text>
            {user.isDisabled && (
              <Badge color="red" variant="outline" size="sm" tt="none">
                Disabled
              </Badge>
            )}
          </Group>
          <Text size="sm">{roleWord(user.role)}</Text>
        </div>
        {may('user:write') && (
          <Button
            variant="subtle"
            color={user.isDisabled ? 'blue' : 'red'}
            size="compact-sm"
            onClick={() => void (user.isDisabled ? enable({ input }) : disable({ input }))}
          >
            {user.isDisabled ? 'Enable' : 'Disable'}
          </Button>
        )}
      </Group>
      <FormError message={disabling.data?.disableUser.errors[0]?.message} />
    </Card>
  );
}

function TokenForm({ onDone }: { onDone: () => void }) {
  const [{ data, fetching }, create] = useMutation(CreateToken);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('VIEWER');
  const payload = data?.createToken;
  return (
    <Card withBorder padding="sm">
      <Group align="flex-end">
        <TextInput
          label="What the token is for"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          style={{ flex: '1 1 200px' }}
        />
        <Select
          label="Role"
          data={ROLES}
          value={role}
          onChange={(value) => value && setRole(value as Role)}
          allowDeselect={false}
          w={190}
        />
        <Button
          variant="default"
          loading={fetching}
          onClick={() => void create({ input: { name, role } }).then(onDone)}
        >
          Create token
        </Button>
      </Group>
      <FormError message={payload?.errors[0]?.message} />
      {payload?.secret && (
        <Alert color="green" mt="sm" title="Copy it now: it is shown this once">
          <Code block className="whole">
            {payload.secret}
          </Code>
        </Alert>
      )}
    </Card>
  );
}

function TokenCard({ token }: { token: TokenLineFragment }) {
  const { may } = useSession();
  const [{ fetching }, revoke] = useMutation(RevokeToken);
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between">
        <div>
          <Text fw={600}>{token.name}</Text>
          <Text size="sm">{roleWord(token.role)}</Text>
          <Text size="xs" c="dimmed" component="div">
            {token.revokedAt ? 'Revoked ' : 'Made '}
            <span style={{ display: 'inline-block' }}>
              <Time at={token.revokedAt ?? token.createdAt} />
            </span>
          </Text>
        </div>
        {may('token:write') && !token.revokedAt && (
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            loading={fetching}
            onClick={() => void revoke({ input: { id: token.id } })}
          >
            Revoke
          </Button>
        )}
      </Group>
    </Card>
  );
}
