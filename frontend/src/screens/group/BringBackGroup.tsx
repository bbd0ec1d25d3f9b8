// Brings a removed group back, or says what stands in the way.
import { Button } from '@mantine/core';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { RestoreGroup } from './operations';

export function BringBackGroup({ group }: { group: { id: string; name: string } }) {
  const { may } = useSession();
  const [{ data, error, fetching }, restore] = useMutation(RestoreGroup);
  if (!may('group:delete')) return null;
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        loading={fetching}
        aria-label={`Bring back ${group.name}`}
        onClick={() => void restore({ input: { id: group.id } })}
      >
        Bring back
      </Button>
      <FormError message={problemOf(error, data?.restoreGroup.errors)} />
    </>
  );
}
