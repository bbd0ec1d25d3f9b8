// One person: what they may do, and whether they may do it now.
import { Badge, Button, Card, Group, NativeSelect, Text } from '@mantine/core';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import type { Role, UserLineFragment } from '@/graphql/generated/graphql';
import { ChangeUserRole, DisableUser, EnableUser } from './operations';
import { ROLES, roleWord } from './roles';

export function UserCard({ user }: { user: UserLineFragment }) {
  const { may, viewer } = useSession();
  const [disabling, disable] = useMutation(DisableUser);
  const [enabling, enable] = useMutation(EnableUser);
  const [changing, change] = useMutation(ChangeUserRole);
  const input = { id: user.id };
  const isSelf = viewer?.user.id === user.id;
  return (
    <Card withBorder padding="sm" mb="xs">
      <Group justify="space-between">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600}>{user.username}</Text>
            {isSelf && (
              <Text size="xs" c="dimmed">
                you
              </Text>
            )}
            {user.isDisabled && (
              <Badge color="red" variant="outline" size="sm" tt="none">
                Disabled
              </Badge>
            )}
          </Group>
          {(!may('user:write') || isSelf) && <Text size="sm">{roleWord(user.role)}</Text>}
        </div>
        {may('user:write') && !isSelf && (
          <Group gap="xs">
            <NativeSelect
              aria-label={`Role of ${user.username}`}
              size="xs"
              data={ROLES}
              value={user.role}
              disabled={changing.fetching}
              onChange={(event) =>
                void change({ input: { ...input, role: event.currentTarget.value as Role } })
              }
            />
            <Button
              variant="subtle"
              color={user.isDisabled ? 'blue' : 'red'}
              size="compact-sm"
              loading={disabling.fetching || enabling.fetching}
              aria-label={`${user.isDisabled ? 'Enable' : 'Disable'} ${user.username}`}
              onClick={() => void (user.isDisabled ? enable({ input }) : disable({ input }))}
            >
              {user.isDisabled ? 'Enable' : 'Disable'}
            </Button>
          </Group>
        )}
      </Group>
      <FormError
        message={
          problemOf(changing.error, changing.data?.changeUserRole.errors) ??
          problemOf(disabling.error, disabling.data?.disableUser.errors) ??
          problemOf(enabling.error, enabling.data?.enableUser.errors)
        }
      />
    </Card>
  );
}
