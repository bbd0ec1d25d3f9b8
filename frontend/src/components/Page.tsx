// The frame of a screen: its heading, what can be done with it, and the title of the window.
import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** One line below the heading. */
  about?: ReactNode;
  /** Beside the heading: a badge. */
  beside?: ReactNode;
  /** What can be done here. */
  actions?: ReactNode;
  /** How wide it gets, in pixels: for forms. */
  maw?: number;
  children: ReactNode;
}

export function Page({ title, about, beside, actions, maw, children }: Props) {
  useDocumentTitle(`${title} · OpenWatch`);
  return (
    <Stack gap="sm" maw={maw}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Title order={2} size="h3" style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {beside}
          </Group>
          {about && (
            <Text size="sm" c="dimmed" component="div">
              {about}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
