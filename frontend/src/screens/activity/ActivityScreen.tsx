// What happened, newest first, live.
import { Loader } from '@mantine/core';
import { ActivityList } from '@/components/ActivityList';
import { graphql } from '@/graphql/generated';
import { useState } from 'react';
import { useQuery } from 'urql';
import { ErrorPanel } from '@/components/ErrorPanel';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { useFeed } from '@/app/live';

export const ActivityQuery = graphql(`
  query Activity($after: String) {
    activity(first: 50, after: $after) {
      nodes {
        ...ActivityLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment ActivityLine on Activity {
    id
    occurredAt
    kind
    severity
    title
    actor {
      label
    }
    host {
      id
      name
    }
    group {
      id
      name
    }
    scan {
      id
    }
    fleetScan {
      id
    }
  }
`);

const ActivityHappened = graphql(`
  subscription ActivityHappened($after: EventPosition) {
    activity(after: $after) {
      kind
      position
      activity {
        ...ActivityLine
      }
    }
  }
`);

export function ActivityScreen() {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return (
    <Page title="Activity">
      {cursors.map((after, at) => (
        <ActivityPage
          key={after ?? 'first'}
          after={after}
          last={at === cursors.length - 1}
          onMore={(cursor) => setCursors([...cursors, cursor])}
        />
      ))}
    </Page>
  );
}

interface PageProps {
  after: string | null;
  last: boolean;
  onMore: (cursor: string) => void;
}

function ActivityPage({ after, last, onMore }: PageProps) {
  const [{ data, error, fetching }, again] = useQuery({
    query: ActivityQuery,
    variables: { after },
  });
  const refresh = () => after === null && again({ requestPolicy: 'network-only' });
  useFeed(ActivityHappened, {}, (message) => message.activity, refresh, refresh);
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading activity" />;
  const { nodes, pageInfo } = data.activity;
  return (
    <>
      <ActivityList lines={nodes} />
      <More
        shown={last && pageInfo.hasNextPage}
        loading={fetching}
        onMore={() => pageInfo.endCursor && onMore(pageInfo.endCursor)}
      />
    </>
  );
}
