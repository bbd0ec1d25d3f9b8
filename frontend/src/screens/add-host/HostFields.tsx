// The fields of a host: what it is, how it is reached.
import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  Modal,
  NumberInput,
  Select,
  TagsInput,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useSession } from '@/app/session';
import { CredentialForm } from '../credentials/CredentialForm';
import type { HostValues } from './details';

interface Choice {
  value: string;
  label: string;
}

interface Props {
  form: UseFormReturnType<HostValues>;
  credentials: Choice[];
  onCredential: () => void;
  /** Whether it may be the machine that OpenWatch runs on. */
  local?: boolean;
}

export function HostFields({ form, credentials, onCredential, local = false }: Props) {
  return (
    <>
      <Group grow align="flex-start">
        <TextInput label="Name" required autoFocus {...form.getInputProps('name')} />
        <TextInput label="Environment" required {...form.getInputProps('environment')} />
      </Group>
      <TextInput label="Description" {...form.getInputProps('description')} />
      <TagsInput label="Tags" {...form.getInputProps('tags')} />
      {local && (
        <Select
          label="Reached"
          data={[
            { value: 'SSH', label: 'By SSH' },
            { value: 'LOCAL', label: 'As the machine that OpenWatch runs on' },
          ]}
          allowDeselect={false}
          {...form.getInputProps('way')}
        />
      )}
      {form.values.way === 'SSH' && (
        <Ssh form={form} credentials={credentials} onCredential={onCredential} />
      )}
    </>
  );
}

function Ssh({ form, credentials, onCredential }: Props) {
  const { may } = useSession();
  const [adding, { open, close }] = useDisclosure();
  return (
    <>
      <Endpoint form={form} at="" />
      <Group align="flex-end">
        <Select
          label="Credential"
          placeholder="The default one"
          data={credentials}
          clearable
          searchable
          style={{ flex: '1 1 200px' }}
          {...form.getInputProps('credential')}
        />
        {may('credential:write') && (
          <Button variant="default" onClick={open}>
            New credential
          </Button>
        )}
      </Group>
      <Select
        label="Sudo"
        data={[
          { value: 'NONE', label: 'Not used: some rules cannot be judged' },
          { value: 'NOPASSWD', label: 'Without a password' },
          { value: 'PASSWORD', label: 'With the password of the credential' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('sudo')}
      />
      <Select
        label="New host keys"
        data={[
          { value: 'STRICT', label: 'Each is confirmed by a person' },
          { value: 'TRUST_ON_FIRST_USE', label: 'The first of an address is trusted' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('hostKeyPolicy')}
      />
      <Checkbox
        label="It is reached through another host"
        {...form.getInputProps('throughJump', { type: 'checkbox' })}
      />
      {form.values.throughJump && (
        <Fieldset legend="The host on the way">
          <Endpoint form={form} at="jump." />
          <Select
            label="Credential"
            placeholder="Choose one"
            required
            mt="sm"
            data={credentials}
            searchable
            {...form.getInputProps('jump.credential')}
          />
        </Fieldset>
      )}
      <Modal opened={adding} onClose={close} title="New credential">
        <CredentialForm
          onDone={(id) => {
            onCredential();
            form.setFieldValue('credential', id);
            close();
          }}
        />
      </Modal>
    </>
  );
}

function Endpoint({ form, at }: { form: UseFormReturnType<HostValues>; at: '' | 'jump.' }) {
  return (
    <Group align="flex-start">
      <TextInput
        label="Address"
        placeholder="Host name or IP address"
        required
        style={{ flex: '1 1 200px' }}
        {...form.getInputProps(`${at}address`)}
      />
      <NumberInput
        label="Port"
        min={1}
        max={65535}
        w={100}
        hideControls
        allowDecimal={false}
        {...form.getInputProps(`${at}port`)}
      />
    </Group>
  );
}
