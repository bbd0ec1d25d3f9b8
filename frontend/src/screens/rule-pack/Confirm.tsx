// A button that asks before it does something.
import { Button, type ButtonProps, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';

interface Props extends Pick<ButtonProps, 'color' | 'variant' | 'disabled'> {
  label: string;
  title: string;
  onConfirm: () => Promise<unknown>;
  /** What follows from it. */
  children: ReactNode;
}

export function Confirm({
  label,
  title,
  onConfirm,
  children,
  variant = 'default',
  ...props
}: Props) {
  const [opened, { open, close }] = useDisclosure();
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
    } finally {
      setBusy(false);
      close();
    }
  };
  return (
    <>
      <Button {...props} variant={props.color ? 'outline' : variant} onClick={open}>
        {label}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={title}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Text size="sm" component="div">
          {children}
        </Text>
        <Group mt="md">
          <Button color={props.color} loading={busy} onClick={() => void confirm()}>
            {label}
          </Button>
          <Button variant="subtle" onClick={close}>
            Leave it
          </Button>
        </Group>
      </Modal>
    </>
  );
}
