// The button below a list that has more rows.
import { Button, Center } from '@mantine/core';

export function More({
  shown,
  loading,
  onMore,
}: {
  shown: boolean;
  loading: boolean;
  onMore: () => void;
}) {
  if (!shown) return null;
  return (
    <Center my="md">
      <Button variant="default" loading={loading} onClick={onMore}>
        Show more
      </Button>
    </Center>
  );
}
