// A place where nothing is yet, with what can be done about it.
import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** The level of its heading: 2 where it stands for a whole screen. */
  order?: 1 | 2 | 3;
  children?: ReactNode;
}

export function EmptyState({ title, order = 3, children }: Props) {
  return (
    <Stack align="center" py="xl" gap="xs">
      <Title order={order} size="h4">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" ta="center" component="div" maw={480}>
          {children}
        </Text>
      )}
    </Stack>
  );
}
