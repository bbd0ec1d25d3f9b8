// One's own password: the old one is asked for, and every other session of the person ends.
import { Alert, Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useMutation } from 'urql';
import { problemOf, showErrors } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { graphql } from '@/graphql/generated';

const Change = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      user {
        id
      }
      errors {
        message
        path
      }
    }
  }
`);

const EMPTY = { current: '', new: '', again: '' };

export function ChangePassword({ username }: { username: string }) {
  const [{ error, fetching }, change] = useMutation(Change);
  const [done, setDone] = useState(false);
  const form = useForm({
    initialValues: EMPTY,
    validate: {
      new: (value) => (value.length < 12 ? 'At least 12 characters.' : null),
      again: (value, values) => (value === values.new ? null : 'The two differ.'),
    },
  });
  const submit = form.onSubmit(async ({ current, new: wanted }) => {
    setDone(false);
    const { data } = await change({ input: { current, new: wanted } });
    if (data?.changePassword.user) {
      form.setValues(EMPTY);
      setDone(true);
    } else if (data) showErrors(form, data.changePassword.errors, Object.keys(EMPTY));
  });
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h5" mb={4}>
        Password
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        Once it is changed you stay logged in here, and nowhere else.
      </Text>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <FormError message={problemOf(error) ?? (form.errors['form'] as string | undefined)} />
          {done && (
            <Alert color="green" role="status">
              The password was changed.
            </Alert>
          )}
          {/* For managers of passwords: whose it is. */}
          <input type="text" autoComplete="username" value={username} readOnly hidden />
          <PasswordInput
            label="Password as it is"
            autoComplete="current-password"
            required
            {...form.getInputProps('current')}
          />
          <PasswordInput
            label="New password"
            description="At least 12 characters"
            autoComplete="new-password"
            required
            {...form.getInputProps('new')}
          />
          <PasswordInput
            label="New password again"
            autoComplete="new-password"
            required
            {...form.getInputProps('again')}
          />
          <div>
            <Button type="submit" variant="default" loading={fetching}>
              Change password
            </Button>
          </div>
        </Stack>
      </form>
    </Paper>
  );
}
