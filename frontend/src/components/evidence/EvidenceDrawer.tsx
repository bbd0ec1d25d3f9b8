// A drawer with everything about one result.
import { Drawer, Loader } from '@mantine/core';
import type { CombinedError } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import type { ResultInFullFragment } from '@/graphql/generated/graphql';
import { ResultDetails } from './ResultDetails';

interface Props {
  opened: boolean;
  onClose: () => void;
  error: CombinedError | undefined;
  /** Undefined while it is loading, null when there is none. */
  result: ResultInFullFragment | null | undefined;
}

export function EvidenceDrawer({ opened, onClose, error, result }: Props) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="xl"
      title="Evidence"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {opened && <Content error={error} result={result} />}
    </Drawer>
  );
}

function Content({ error, result }: Pick<Props, 'error' | 'result'>) {
  if (error && !result) return <ErrorPanel error={error} />;
  if (result === undefined) return <Loader aria-label="Loading evidence" />;
  if (result === null) return <EmptyState title="This rule was not judged here" />;
  return <ResultDetails result={result} />;
}
