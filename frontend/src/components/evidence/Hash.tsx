// A hash that is copied by a click.
import { CopyButton, UnstyledButton } from '@mantine/core';

export function Hash({ name, hash }: { name: string; hash: string }) {
  return (
    <CopyButton value={hash}>
      {({ copied, copy }) => (
        <UnstyledButton
          onClick={copy}
          title="Copy"
          className="mono"
          style={{ overflowWrap: 'anywhere' }}
        >
          {name} SHA-256 {hash} {copied && '(copied)'}
        </UnstyledButton>
      )}
    </CopyButton>
  );
}
