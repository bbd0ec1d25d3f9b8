// What the pages of fleet scans ask for and do.
import { graphql } from '@/graphql/generated';

export const FleetScanQuery = graphql(`
  query FleetScan($id: ID!) {
    fleetScan(id: $id) {
      ...FleetScanLine
      failures {
        reason
        hosts
      }
      retryOf {
        id
        requestedAt
      }
      retries {
        id
        requestedAt
      }
    }
  }

  fragment FleetScanLine on FleetScan {
    id
    status
    requestedAt
    finishedAt
    requestedBy {
      label
    }
    choice {
      isListed
      isRetry
      search
      environment
      tag
      os
      group {
        id
        name
      }
      also
    }
    limits {
      total
      perSubnet
      attempts
    }
    counts {
      hosts
      waiting
      running
      completed
      failed
      skipped
      cancelled
    }
  }
`);

export const FleetScanHosts = graphql(`
  query FleetScanHosts($id: ID!, $states: [FleetScanHostState!], $after: String) {
    fleetScan(id: $id) {
      id
      hosts(first: 50, after: $after, states: $states) {
        totalCount
        nodes {
          ...FleetScanHostLine
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }

  fragment FleetScanHostLine on FleetScanHost {
    state
    attempts
    failureReason
    failureDetail
    skipReason
    retryAt
    changedAt
    host {
      id
      name
      environment
    }
    scan {
      id
      status
      totals {
        ...Totals
      }
    }
  }
`);

export const FleetScanChanges = graphql(`
  subscription FleetScanChanges($after: EventPosition, $fleetScans: [ID!]) {
    fleetScanChanged(after: $after, fleetScans: $fleetScans) {
      kind
      position
      fleetScan {
        ...FleetScanLine
      }
    }
  }
`);

export const RequestFleetScan = graphql(`
  mutation RequestFleetScan($input: RequestFleetScanInput!) {
    requestFleetScan(input: $input) {
      fleetScan {
        ...FleetScanLine
      }
      errors {
        message
      }
    }
  }
`);

export const CancelFleetScan = graphql(`
  mutation CancelFleetScan($input: FleetScanInput!) {
    cancelFleetScan(input: $input) {
      fleetScan {
        ...FleetScanLine
      }
      errors {
        message
      }
    }
  }
`);

export const RetryFleetScan = graphql(`
  mutation RetryFleetScan($input: FleetScanInput!) {
    retryFleetScan(input: $input) {
      fleetScan {
        ...FleetScanLine
      }
      errors {
        message
      }
    }
  }
`);
