// Changing a group. Whoever changes it at the same time is seen, and nothing of theirs is lost unasked.
import { Button, Group, Paper, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useClient, useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { showErrors } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { Meanwhile } from '@/components/Meanwhile';
import type { GroupLineFragment } from '@/graphql/generated/graphql';
import { GroupFields } from './GroupFields';
import { EditGroup as Edit, GroupQuery } from './operations';
import { changesOf, detailsOf, GROUP_FIELDS, type GroupValues, valuesOf } from './values';

export function EditGroup({ group, onDone }: { group: GroupLineFragment; onDone: () => void }) {
  const client = useClient();
  const [{ error }, edit] = useMutation(Edit);
  const [saving, setSaving] = useState(false);
  // The group as the person saw it last: what differs from it was changed by somebody else.
  const [base, setBase] = useState(group);
  const form = useForm<GroupValues>({ initialValues: valuesOf(group) });
  const changes = saving ? [] : changesOf(base, group);

  const send = async (values: GroupValues) => {
    const { id } = group;
    const fresh = await client
      .query(GroupQuery, { id }, { requestPolicy: 'network-only' })
      .toPromise();
    if (fresh.data?.group && changesOf(base, fresh.data.group).length > 0) return;
    const { data } = await edit({ input: { id, details: detailsOf(values) } });
    if (!data) return;
    showErrors(form, data.editGroup.errors, GROUP_FIELDS);
    if (data.editGroup.group) onDone();
  };
  const submit = form.onSubmit(async (values) => {
    setSaving(true);
    await send(values);
    setSaving(false);
  });
  return (
    <form onSubmit={submit} aria-label="Edit group">
      <Paper withBorder p="md">
        <Stack>
          <GroupFields form={form} />
          <Meanwhile
            what="group"
            changes={changes}
            onTake={() => {
              form.setValues(valuesOf(group));
              setBase(group);
            }}
            onKeep={() => setBase(group)}
          />
          <FormError message={problemOf(error) ?? (form.errors['form'] as string | undefined)} />
          <Group>
            <Button type="submit" loading={saving} disabled={changes.length > 0}>
              Save
            </Button>
            <Button variant="subtle" onClick={onDone}>
              Cancel
            </Button>
          </Group>
        </Stack>
      </Paper>
    </form>
  );
}
