// Making a group.
import { Button, Group, Paper, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { showErrors } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { Page } from '@/components/Page';
import { GroupFields } from './GroupFields';
import { HostPicker } from './HostPicker';
import { CreateGroup } from './operations';
import { detailsOf, GROUP_FIELDS, type GroupValues, newGroup } from './values';

export function AddGroupScreen() {
  const navigate = useNavigate();
  const [{ error, fetching }, create] = useMutation(CreateGroup);
  const [hosts, setHosts] = useState<string[]>([]);
  const form = useForm<GroupValues>({ initialValues: newGroup() });
  const submit = form.onSubmit(async (values) => {
    const chosen = values.way === 'CHOSEN' ? hosts : [];
    const { data } = await create({ input: { details: detailsOf(values), hosts: chosen } });
    if (!data) return;
    const { group, errors } = data.createGroup;
    if (group) void navigate({ to: '/groups/$group', params: { group: group.id } });
    else showErrors(form, errors, GROUP_FIELDS);
  });
  return (
    <Page title="Add group" maw={720}>
      <form onSubmit={submit} aria-label="Add group">
        <Paper withBorder p="md">
          <Stack>
            <GroupFields
              form={form}
              picker={
                <HostPicker
                  label="First hosts"
                  value={hosts}
                  onChange={setHosts}
                  error={form.errors['hosts']}
                />
              }
            />
            <FormError message={problemOf(error) ?? (form.errors['form'] as string | undefined)} />
            <Group>
              <Button type="submit" loading={fetching}>
                Make group
              </Button>
              <Button variant="subtle" component={Link} to="/groups">
                Cancel
              </Button>
            </Group>
          </Stack>
        </Paper>
      </form>
    </Page>
  );
}
