// What the page of a scan asks for.
import { graphql } from '@/graphql/generated';

export const ScanQuery = graphql(`
  query Scan($id: ID!) {
    scan(id: $id) {
      ...ScanPage
    }
  }

  fragment ScanPage on Scan {
    ...ScanLine
    host {
      id
      name
    }
    trigger
    requestedBy {
      label
    }
    startedAt
    trial {
      name
      number
      pack {
        id
      }
    }
    framework
    pack
    catalogue
    evidenceRoot
    hasFacts
    positionNumber
    cost {
      sudoCalls
      bytesIn
      bytesOut
      remoteCpuMs
    }
    platform {
      hostname
      osName
      kernel
      architecture
      clockSkewMs
      isPrivileged
    }
    context {
      ...ScanSurroundings
    }
    changes {
      cause
      rules
    }
    transitions {
      ruleKey
      from
      to
      cause
      rule {
        id
        title
      }
    }
  }

  fragment ScanSurroundings on ScanContext {
    hostName
    environment
    tags
    groups {
      name
    }
    address
    hostKey
    sudo
    engineVersion
    login {
      name
      username
      method
      fingerprint
    }
  }
`);

export const ScanResults = graphql(`
  query ScanResults($id: ID!) {
    scan(id: $id) {
      id
      results {
        ...ScanResultLine
      }
    }
  }

  fragment ScanResultLine on RuleResult {
    id
    ruleKey
    verdict
    severity
    reason
    title
    source {
      path
      line
    }
  }
`);

export const ScanEvidence = graphql(`
  query ScanEvidence($id: ID!, $rule: String!) {
    scan(id: $id) {
      id
      result(rule: $rule) {
        ...ResultInFull
      }
    }
  }
`);

export const WhatIf = graphql(`
  query WhatIf(
    $scan: ID!
    $selection: SelectionInput
    $catalogue: Digest
    $variables: [VariableInput!]
  ) {
    rejudge(scan: $scan, selection: $selection, catalogue: $catalogue, variables: $variables) {
      collectedAt
      before {
        ...Side
      }
      after {
        ...Side
      }
      causes {
        cause
        count
      }
      rules {
        ...WhatIfRule
      }
    }
  }

  fragment Side on JudgedSide {
    pack
    catalogue
    framework
    engineVersion
    totals {
      ...Totals
    }
  }

  fragment WhatIfRule on RejudgedRule {
    ruleKey
    title
    severity
    cause
    before {
      verdict
      reason
    }
    after {
      verdict
      reason
    }
  }
`);
