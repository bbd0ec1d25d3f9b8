// One observation: the command as a person would run it, and what it printed.
import { ActionIcon, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ObservationFragment } from '@/graphql/generated/graphql';
import { Hash } from './Hash';

export function Observation({ item }: { item: ObservationFragment }) {
  return (
    <Stack gap={4}>
      <Group gap={4} wrap="nowrap" align="flex-start">
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', flex: 1 }}>
          $ {item.command}
        </Code>
        <CopyButton value={item.command}>
          {({ copied, copy }) => (
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={copy}
              aria-label={copied ? 'Command copied' : 'Copy command'}
            >
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          )}
        </CopyButton>
      </Group>
      {item.stdout && <Output text={item.stdout} label="Output" />}
      {item.stderr && (
        <Code block color="red.1" c="red.9" style={{ whiteSpace: 'pre-wrap' }}>
          {item.stderr}
        </Code>
      )}
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        exit {item.exitCode ?? 'unknown'}
        {item.file && ` · ${item.file}${item.line ? `, line ${item.line}` : ''}`}
        {item.isTruncated && ' · cut; the hash is over all of it'}
      </Text>
      <Hash name="Output" hash={item.sha256} />
    </Stack>
  );
}

export function Output({ text, label }: { text: string; label: string }) {
  return (
    <Code
      block
      style={{ whiteSpace: 'pre-wrap', maxHeight: 300, overflow: 'auto' }}
      tabIndex={0}
      aria-label={label}
    >
      {text}
    </Code>
  );
}
