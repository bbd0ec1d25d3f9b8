// What the list of fleet scans asks for.
import { graphql } from '@/graphql/generated';

export const FleetScansQuery = graphql(`
  query FleetScans($after: String) {
    fleetScans(first: 25, after: $after) {
      nodes {
        ...FleetScanLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);
