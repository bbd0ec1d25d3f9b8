// The SSH host keys that are trusted.
import { Button, Code, Group, Paper, Text, Title } from '@mantine/core';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import type { HostPageFragment } from '@/graphql/generated/graphql';
import { ForgetHostKey } from './mutations';

export function Keys({ host }: { host: HostPageFragment }) {
  const { may } = useSession();
  const [{ data, error, fetching }, forget] = useMutation(ForgetHostKey);
  const { connection } = host;
  const strict = connection.__typename === 'SshConnection' && connection.hostKeyPolicy === 'STRICT';
  return (
    <Paper withBorder p="sm">
      <Title order={3} size="h6" mb="xs">
        Trusted host keys
      </Title>
      {host.trustedKeys.length === 0 && (
        <Text size="sm">
          {strict
            ? 'None: scans are refused until a key is confirmed. Edit the host and test the connection to confirm it.'
            : 'None yet: the first one that the host shows will be trusted.'}
        </Text>
      )}
      {host.trustedKeys.map((key) => (
        <Group key={key.fingerprint} justify="space-between">
          <div style={{ minWidth: 0 }}>
            <Text size="sm">
              {key.endpoint}, {key.algorithm}
            </Text>
            <Code>{key.fingerprint}</Code>
          </div>
          {may('host:trust') && host.status === 'ACTIVE' && (
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              disabled={fetching}
              aria-label={`Forget the ${key.algorithm} key of ${key.endpoint}`}
              onClick={() =>
                void forget({ input: { host: host.id, fingerprint: key.fingerprint } })
              }
            >
              Forget
            </Button>
          )}
        </Group>
      ))}
      <FormError message={problemOf(error, data?.forgetHostKey.errors)} />
    </Paper>
  );
}
