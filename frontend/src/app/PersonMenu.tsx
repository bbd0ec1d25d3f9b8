// Who is logged in, and what belongs to the person. Fetched after the first screen is shown.
import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconAdjustments, IconLogout, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMutation } from 'urql';
import { graphql } from '@/graphql/generated';
import { beginAnew } from './session';

const LogOut = graphql(`
  mutation LogOut {
    logOut {
      ended
    }
  }
`);

export function PersonMenu({ name, role }: { name: string; role: string }) {
  const [, logOut] = useMutation(LogOut);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Logged in as ${name}`}>
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm">{name}</Text>
          <Text size="xs">{role.toLowerCase().replace('_', ' ')}</Text>
        </Menu.Label>
        <Menu.Item component={Link} to="/preferences" leftSection={<IconAdjustments size={16} />}>
          Preferences
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => void logOut({}).then(() => beginAnew('/log-in'))}
        >
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
