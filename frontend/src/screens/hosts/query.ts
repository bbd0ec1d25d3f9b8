// What the list of hosts asks for.
import { graphql } from '@/graphql/generated';

export const HostsQuery = graphql(`
  query Hosts(
    $filter: HostFilter
    $order: HostOrder
    $after: String
    $lens: String!
    $byLens: Boolean!
  ) {
    hosts(first: 50, after: $after, filter: $filter, orderBy: $order) {
      totalCount
      nodes {
        ...HostLine
        ...HostByLens
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment HostByLens on Host {
    id
    lens(key: $lens) @include(if: $byLens) {
      key
      totals {
        ...Totals
      }
      target {
        percent
        source
        isReached
        group {
          id
          name
        }
      }
    }
  }

  fragment HostLine on Host {
    id
    name
    environment
    status
    tags
    groups {
      id
      name
      color
    }
    effectiveTarget {
      percent
      source
      isReached
      group {
        id
        name
      }
    }
    maintenance {
      reason
      until
      source
      group {
        id
        name
      }
    }
    platform {
      osName
    }
    posture {
      observedAt
      totals {
        ...Totals
      }
    }
    latestScan {
      id
      status
      requestedAt
      failure {
        detail
      }
    }
  }
`);

export const HostsChanged = graphql(`
  subscription HostsChanged($after: EventPosition, $lens: String! = "", $byLens: Boolean! = false) {
    hostChanged(after: $after) {
      kind
      position
      host {
        ...HostLine
        ...HostByLens
      }
    }
  }
`);
