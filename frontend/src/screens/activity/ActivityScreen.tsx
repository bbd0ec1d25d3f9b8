// What happened, newest first, live.
import { useFeed } from '@/app/live';
import { ActivityList } from '@/components/ActivityList';
import { Page } from '@/components/Page';
import { usePages } from '@/components/usePages';
import { graphql } from '@/graphql/generated';

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
  const pages = usePages(ActivityQuery, {}, (data) => data.activity);
  useFeed(ActivityHappened, {}, (message) => message.activity, {
    refresh: pages.refresh,
    onEvent: ({ activity: { activity } }) => {
      if (activity) pages.begin(activity);
      return false;
    },
  });
  return (
    <Page title="Activity">
      <ActivityList pages={pages} />
    </Page>
  );
}
