// What the lists of the audit log ask for.
import { graphql } from '@/graphql/generated';

export const AuditQuery = graphql(`
  query Audit($filter: AuditFilter, $after: String) {
    audit(first: 50, after: $after, filter: $filter) {
      nodes {
        ...AuditLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment AuditLine on AuditEntry {
    id
    positionNumber
    recordedAt
    action
    subject
    actor {
      kind
      label
      address
    }
    hosts {
      id
      name
    }
    changes {
      field
      before
      after
    }
  }
`);
