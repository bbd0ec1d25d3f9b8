// What the screens of rule packs ask for and do.
import { graphql } from '@/graphql/generated';

export const RulePacksQuery = graphql(`
  query RulePacks($after: String) {
    rulePacks(first: 50, after: $after) {
      totalCount
      nodes {
        ...RulePackLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment RulePackLine on RulePack {
    id
    name
    isRemoved
    enabledNumber
    enabledAt
    latestNumber
    updatedAt
    problem
    version {
      id
      ruleCount
      scriptCount
      isRunnable
      isTried
    }
  }
`);

export const RulePackQuery = graphql(`
  query RulePack($id: ID!) {
    rulePack(id: $id) {
      ...RulePackLine
      versions {
        ...RulePackVersionLine
      }
    }
  }

  fragment RulePackVersionLine on RulePackVersion {
    id
    number
    note
    hash
    ruleCount
    scriptCount
    isEnabled
    isRunnable
    isTried
    uploadedAt
    uploadedBy {
      label
    }
    trust {
      voucher
      key
      trustedAt
      trustedBy {
        label
      }
    }
  }
`);

export const RulePackVersionQuery = graphql(`
  query RulePackVersion($id: ID!, $number: Int!) {
    rulePack(id: $id) {
      id
      version(number: $number) {
        id
        rules {
          key
          title
          severity
          methods
          runsScript
          text
        }
      }
    }
  }
`);

export const RulePackChangesQuery = graphql(`
  query RulePackChanges($id: ID!, $number: Int!, $since: Int) {
    rulePack(id: $id) {
      id
      version(number: $number) {
        id
        changes(since: $since) {
          key
          before
          after
        }
      }
    }
  }
`);

export const RulePackTrialsQuery = graphql(`
  query RulePackTrials($id: ID!, $number: Int!) {
    rulePack(id: $id) {
      id
      version(number: $number) {
        id
        isTried
        trials {
          ...ScanLine
          host {
            id
            name
          }
        }
      }
    }
  }
`);

export const RulePackChanged = graphql(`
  subscription RulePackChanged($after: EventPosition) {
    rulePackChanged(after: $after) {
      kind
      position
      rulePack {
        ...RulePackLine
      }
    }
  }
`);

export const CreateRulePack = graphql(`
  mutation CreateRulePack($input: CreateRulePackInput!) {
    createRulePack(input: $input) {
      rulePack {
        ...RulePackLine
      }
      errors {
        __typename
        message
        path
        ... on FileError {
          file
          line
          column
          suggestion
          excerpt
        }
      }
    }
  }
`);

export const UploadRulePackVersion = graphql(`
  mutation UploadRulePackVersion($input: UploadRulePackVersionInput!) {
    uploadRulePackVersion(input: $input) {
      rulePack {
        ...RulePackLine
      }
      errors {
        __typename
        message
        path
        ... on FileError {
          file
          line
          column
          suggestion
          excerpt
        }
      }
    }
  }
`);

export const TrustRulePackVersion = graphql(`
  mutation TrustRulePackVersion($input: RulePackVersionInput!) {
    trustRulePackVersion(input: $input) {
      rulePack {
        ...RulePackLine
      }
      errors {
        message
      }
    }
  }
`);

export const RequestTrial = graphql(`
  mutation RequestTrial($input: RequestTrialInput!) {
    requestTrial(input: $input) {
      scan {
        ...ScanLine
      }
      errors {
        message
      }
    }
  }
`);

export const EnableRulePackVersion = graphql(`
  mutation EnableRulePackVersion($input: RulePackVersionInput!) {
    enableRulePackVersion(input: $input) {
      rulePack {
        ...RulePackLine
      }
      errors {
        message
      }
    }
  }
`);

export const DisableRulePack = graphql(`
  mutation DisableRulePack($input: RulePackInput!) {
    disableRulePack(input: $input) {
      rulePack {
        ...RulePackLine
      }
      errors {
        message
      }
    }
  }
`);

export const RemoveRulePack = graphql(`
  mutation RemoveRulePack($input: RulePackInput!) {
    removeRulePack(input: $input) {
      rulePack {
        ...RulePackLine
      }
      errors {
        message
      }
    }
  }
`);
