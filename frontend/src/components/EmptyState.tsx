// A place where nothing is yet, with what can be done about it.
import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack align="center" py="xl" gap="xs">
      <Title order={3} size="h4">
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
