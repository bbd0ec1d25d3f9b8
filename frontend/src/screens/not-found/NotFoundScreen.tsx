// A path that leads nowhere.
import { Container } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';

export function NotFoundScreen() {
  useDocumentTitle('Not found · OpenWatch');
  return (
    <Container py="xl" component="main">
      <EmptyState title="There is nothing at this address" order={1}>
        <Link to="/">To the hosts</Link>
      </EmptyState>
    </Container>
  );
}
