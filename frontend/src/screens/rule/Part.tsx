// A part of the page of a rule, with its heading.
import { Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="sm" component="section" aria-label={title}>
      <Title order={3} size="h6" mb={6}>
        {title}
      </Title>
      <Stack gap="xs">{children}</Stack>
    </Paper>
  );
}
