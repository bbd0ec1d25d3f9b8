// A new person.
import { Button, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { byField } from '@/components/errors';
import { FormError } from '@/components/FormError';
import type { Role } from '@/graphql/generated/graphql';
import { CreateUser } from './operations';
import { ROLES } from './roles';

export function UserForm({ onDone }: { onDone: () => void }) {
  const [{ fetching, error }, create] = useMutation(CreateUser);
  const form = useForm({
    initialValues: { username: '', password: '', role: 'VIEWER' as Role },
  });
  const submit = form.onSubmit(async (input) => {
    const { data } = await create({ input });
    if (data?.createUser.user) onDone();
    else form.setErrors(byField(data?.createUser.errors ?? [], Object.keys(form.values)));
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <FormError message={problemOf(error) ?? (form.errors['form'] as string | undefined)} />
        <TextInput label="Name" required autoComplete="off" {...form.getInputProps('username')} />
        <PasswordInput
          label="Password"
          description="At least 12 characters"
          required
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Select label="Role" data={ROLES} allowDeselect={false} {...form.getInputProps('role')} />
        <Button type="submit" loading={fetching}>
          Add user
        </Button>
      </Stack>
    </form>
  );
}
