// Name and password.
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Navigate, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useMutation } from 'urql';
import { beginAnew, useSession, wayBack } from '@/app/session';
import { Doorway } from '@/components/Doorway';
import { problemOf } from '@/components/errors';
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
  const { to } = useSearch({ from: '/log-in' });
  const back = wayBack(to, window.location.origin);
  if (session.viewer) return <Return to={back} />;
  if (!session.loading && !session.setUp) return <Navigate to="/setup" />;
  const submit = form.onSubmit(async (input) => {
    const answer = await logIn({ input });
    if (answer.data?.logIn.user) beginAnew(back);
  });
  return (
    <Doorway title="OpenWatch">
      <form onSubmit={submit}>
        <Stack>
          {to && (
            <Text size="sm" c="dimmed">
              Log in to go on where you were.
            </Text>
          )}
          <FormError message={problemOf(error, data?.logIn.errors)} />
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

/** Who is logged in already goes on to where they wanted to be. */
function Return({ to }: { to: string }) {
  const { history } = useRouter();
  useEffect(() => history.replace(to), [history, to]);
  return null;
}
