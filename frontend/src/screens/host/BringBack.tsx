// Brings a host that was taken out of watch back, or says what stands in the way.
import { Button } from '@mantine/core';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { RestoreHost } from './mutations';

export function BringBack({ host }: { host: { id: string; name: string } }) {
  const { may } = useSession();
  const [{ data, error, fetching }, restore] = useMutation(RestoreHost);
  if (!may('host:delete')) return null;
  const problem = problemOf(error, data?.restoreHost.errors);
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        loading={fetching}
        aria-label={`Bring back ${host.name}`}
        onClick={() => void restore({ input: { id: host.id } })}
      >
        Bring back
      </Button>
      <FormError message={problem} />
    </>
  );
}
