// A new host: how it is reached, a try with its host key shown and confirmed, then registering.
import { Alert, Button, Group, Paper, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { goToFirst, showErrors } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { Page } from '@/components/Page';
import { useCredentialChoices } from '../credentials/choices';
import { ConnectionReport } from './ConnectionReport';
import { detailsOf, HOST_FIELDS, type HostValues, NEW_HOST, VALIDATE } from './details';
import { HostFields } from './HostFields';
import { RegisterHost } from './operations';
import { useConnectionTest } from './useConnectionTest';

export function AddHostScreen() {
  const navigate = useNavigate();
  const credentials = useCredentialChoices();
  const [registering, register] = useMutation(RegisterHost);
  const form = useForm<HostValues>({ initialValues: NEW_HOST, validate: VALIDATE });
  const { run, report, works, fetching, problem, keys } = useConnectionTest(form);
  const save = async () => {
    const checked = form.validate();
    if (checked.hasErrors) return goToFirst(form, checked.errors);
    const { data } = await register({
      input: { details: detailsOf(form.values), trustedKeys: keys, scanNow: true },
    });
    if (!data) return;
    const { host, errors } = data.registerHost;
    if (host) void navigate({ to: '/hosts/$host', params: { host: host.id } });
    else showErrors(form, errors, HOST_FIELDS);
  };
  return (
    <Page title="Add host" maw={640}>
      <Paper withBorder p="md">
        <Stack>
          <HostFields
            form={form}
            credentials={credentials.choices}
            onCredential={credentials.reload}
          />
          <FormError
            message={
              problem ?? problemOf(registering.error) ?? (form.errors['form'] as string | undefined)
            }
          />
          <Group>
            <Button variant="default" loading={fetching} onClick={() => void run()}>
              Test connection
            </Button>
            <Button loading={registering.fetching} onClick={() => void save()} disabled={!works}>
              Register and scan
            </Button>
            {!works && (
              <Button variant="subtle" onClick={() => void save()} loading={registering.fetching}>
                Register without a test
              </Button>
            )}
          </Group>
          {report && <ConnectionReport report={report} onTrust={(more) => void run(more)} />}
          {works && <Alert color="green">It works. Register the host to have it scanned.</Alert>}
        </Stack>
      </Paper>
    </Page>
  );
}
