// What came of trying a connection: the host keys, to be compared by a person, and the machine.
import { Alert, Button, Code, Paper, Stack, Text } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import type { HostKeyInput, TestConnectionMutation } from '@/graphql/generated/graphql';

type Report = NonNullable<TestConnectionMutation['testConnection']['report']>;

interface Props {
  report: Report;
  onTrust: (keys: HostKeyInput[]) => void;
}

export function ConnectionReport({ report, onTrust }: Props) {
  const { presentedKeys, platform, failure } = report;
  const unknown = presentedKeys.some((one) => !one.isTrusted);
  return (
    <Stack gap="sm">
      {presentedKeys.map(({ key, isTrusted }) => (
        <Paper key={key.endpoint} withBorder p="sm">
          <Text size="sm">
            {key.endpoint} shows the {key.algorithm} key{isTrusted && ', which you have confirmed'}
          </Text>
          <Code block className="whole">
            {key.fingerprint}
          </Code>
        </Paper>
      ))}
      {unknown && (
        <Alert color="blue" icon={<IconFingerprint />} title="Is this the key of your host?">
          Compare it on the host: <Code>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</Code>
          <Button
            size="compact-sm"
            mt="xs"
            style={{ display: 'block' }}
            onClick={() => onTrust(presentedKeys.map((one) => one.key))}
          >
            It is the same: trust it and go on
          </Button>
        </Alert>
      )}
      {platform && (
        <Text size="sm">
          {platform.hostname}: {platform.osName}, kernel {platform.kernel},{' '}
          {platform.isPrivileged ? 'with the rights of root' : 'without the rights of root'}
        </Text>
      )}
      {failure && failure.reason !== 'HOST_KEY_UNKNOWN' && (
        <Alert color="red" role="alert" title="The connection does not work">
          {failure.detail}
        </Alert>
      )}
    </Stack>
  );
}
