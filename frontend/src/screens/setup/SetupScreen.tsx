// The first run: the one-time link makes the administrator and logs in.
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSearch } from '@tanstack/react-router';
import { useMutation } from 'urql';
import { beginAnew, useSession } from '@/app/session';
import { Doorway } from '@/components/Doorway';
import { problemOf } from '@/components/errors';
import { byField } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { graphql } from '@/graphql/generated';

const CreateFirstAdministrator = graphql(`
  mutation CreateFirstAdministrator($input: CreateFirstAdministratorInput!) {
    createFirstAdministrator(input: $input) {
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

export function SetupScreen() {
  const { token } = useSearch({ from: '/setup' });
  const session = useSession();
  const [{ fetching, error }, create] = useMutation(CreateFirstAdministrator);
  const form = useForm({
    initialValues: { username: '', password: '', again: '' },
    validate: {
      username: (value) => (value.trim() ? null : 'Choose a name'),
      password: (value) => (value.length >= 12 ? null : 'At least 12 characters'),
      again: (value, values) => (value === values.password ? null : 'The two differ'),
    },
  });
  if (!session.loading && session.setUp) {
    return (
      <Doorway title="OpenWatch is set up">
        <Text ta="center">There is an administrator already.</Text>
        <Button onClick={() => beginAnew('/log-in')}>Log in</Button>
      </Doorway>
    );
  }
  if (!token) {
    return (
      <Doorway title="Set up OpenWatch">
        <Text>
          Open the link that <code>openwatch serve</code> prints at its start. It creates the first
          administrator, and works once.
        </Text>
      </Doorway>
    );
  }
  const submit = form.onSubmit(async ({ username, password }) => {
    const { data } = await create({
      input: { setupToken: token, username: username.trim(), password },
    });
    const errors = data?.createFirstAdministrator.errors ?? [];
    if (data && errors.length === 0) beginAnew('/');
    else form.setErrors(byField(errors, Object.keys(form.values)));
  });
  return (
    <Doorway title="Create the administrator">
      <form onSubmit={submit}>
        <Stack>
          <FormError message={problemOf(error) ?? (form.errors['form'] as string | undefined)} />
          <TextInput label="Name" autoComplete="username" {...form.getInputProps('username')} />
          <PasswordInput
            label="Password"
            description="At least 12 characters"
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          <PasswordInput
            label="Password again"
            autoComplete="new-password"
            {...form.getInputProps('again')}
          />
          <Button type="submit" loading={fetching}>
            Create and log in
          </Button>
        </Stack>
      </form>
    </Doorway>
  );
}
