// Name and password.
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Navigate } from '@tanstack/react-router';
import { useMutation } from 'urql';
import { beginAnew, useSession } from '@/app/session';
import { Doorway } from '@/components/Doorway';
import { FormError } from '@/components/FormError';
import { graphql } from '@/graphql/generated';

const LogIn = graphql(`
  mutation LogIn($input: LogInInput!) {
    logIn(input: $input) {
      user {
        id
      }
      errors {
        message
      }
    }
  }
`);

export function LogInScreen() {
  const session = useSession();
  const [{ data, fetching, error }, logIn] = useMutation(LogIn);
  const form = useForm({ initialValues: { username: '', password: '' } });
  if (session.viewer) return <Navigate to="/" />;
  if (!session.loading && !session.setUp) return <Navigate to="/setup" />;
  const submit = form.onSubmit(async (input) => {
    const answer = await logIn({ input });
    if (answer.data?.logIn.user) beginAnew('/');
  });
  return (
    <Doorway title="OpenWatch">
      <form onSubmit={submit}>
        <Stack>
          <FormError message={error?.message ?? data?.logIn.errors[0]?.message} />
          <TextInput
            label="Name"
            autoComplete="username"
            required
            data-autofocus
            {...form.getInputProps('username')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={fetching}>
            Log in
          </Button>
        </Stack>
      </form>
    </Doorway>
  );
}
