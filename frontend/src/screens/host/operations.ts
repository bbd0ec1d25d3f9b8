// What the page of a host asks for and does.
import { graphql } from '@/graphql/generated';

export const HostQuery = graphql(`
  query Host($id: ID!) {
    host(id: $id) {
      ...HostPage
    }
  }

  fragment HostPage on Host {
    id
    name
    environment
    description
    tags
    status
    registeredAt
    groups {
      id
      name
      color
    }
    target {
      score
      frameworks {
        framework
        score
      }
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
    connection {
      __typename
      ... on SshConnection {
        address
        port
        usesDefaultCredential
        credential {
          id
          name
          isRemoved
        }
        sudo
        hostKeyPolicy
        jumpAddress
        jumpPort
        jumpCredential {
          id
          name
          isRemoved
        }
      }
    }
    trustedKeys {
      endpoint
      algorithm
      fingerprint
      publicKey
    }
    platform {
      hostname
      osName
      kernel
      architecture
      isPrivileged
    }
    posture {
      observedAt
      totals {
        ...Totals
      }
    }
    lenses {
      ...LensPosture
    }
    latestScan {
      ...ScanLine
    }
    activeScan {
      id
    }
  }

  fragment ScanLine on Scan {
    id
    status
    requestedAt
    trial {
      name
      number
    }
    finishedAt
    worker
    attempt
    failure {
      reason
      detail
    }
    totals {
      ...Totals
    }
    cost {
      roundTrips
      durationMs
    }
    changes {
      cause
      rules
    }
  }
`);

export const HostSections = graphql(`
  query HostSections($id: ID!, $lens: String!) {
    host(id: $id) {
      id
      lens(key: $lens) {
        key
        sections {
          ...SectionLine
        }
      }
    }
  }

  fragment LensPosture on HostLens {
    key
    name
    benchmark
    rules
    applicable
    target {
      percent
      source
      isReached
      group {
        id
        name
      }
    }
    deviations {
      ruleKey
      variable
      value
      benchmarkValue
      givenBy
    }
    totals {
      ...Totals
    }
  }

  fragment SectionLine on LensSection {
    key
    parent
    label
    name
    depth
    rules
    totals {
      ...Totals
    }
  }
`);

export const HostResults = graphql(`
  query HostResults($id: ID!, $filter: ResultFilter, $after: String) {
    host(id: $id) {
      id
      results(first: 100, after: $after, filter: $filter) {
        totalCount
        nodes {
          ...ResultLine
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }

  fragment ResultLine on RuleResult {
    id
    ruleKey
    verdict
    severity
    reason
    since
    checkedAt
    rule {
      id
      title
      category
    }
  }
`);

export const RuleCategories = graphql(`
  query RuleCategories {
    ruleFacets {
      categories {
        value
      }
    }
  }
`);

export const ResultEvidence = graphql(`
  query ResultEvidence($id: ID!, $rule: String!) {
    host(id: $id) {
      id
      result(rule: $rule) {
        ...ResultInFull
      }
    }
  }
`);

export const HostScans = graphql(`
  query HostScans($id: ID!, $after: String) {
    host(id: $id) {
      id
      scans(first: 50, after: $after) {
        nodes {
          ...ScanLine
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const HostActivity = graphql(`
  query HostActivity($id: ID!, $after: String) {
    host(id: $id) {
      id
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
  }
`);

export const HostChanges = graphql(`
  subscription HostChanges($after: EventPosition, $hosts: [ID!]) {
    hostChanged(after: $after, hosts: $hosts) {
      kind
      position
      host {
        ...HostPage
      }
    }
  }
`);

export const Progress = graphql(`
  subscription Progress($scan: ID!) {
    scanProgress(scan: $scan) {
      phase
      done
      total
      scan {
        ...ScanLine
      }
    }
  }
`);

export const RequestScan = graphql(`
  mutation RequestScan($input: RequestScanInput!) {
    requestScan(input: $input) {
      scan {
        ...ScanLine
        host {
          id
          activeScan {
            id
          }
        }
      }
      errors {
        message
      }
    }
  }
`);

export const CancelScan = graphql(`
  mutation CancelScan($input: CancelScanInput!) {
    cancelScan(input: $input) {
      scan {
        ...ScanLine
      }
      errors {
        message
      }
    }
  }
`);
