// What is asked of a result to show everything that it rests on.
import { graphql } from '@/graphql/generated';

export const ResultInFull = graphql(`
  fragment ResultInFull on RuleResult {
    id
    ruleKey
    verdict
    severity
    reason
    expected
    actual
    since
    checkedAt
    source {
      path
      line
    }
    evidence {
      ...Observation
    }
    evidenceHash
    implementation {
      number
      of
      why
      gates {
        implementation
        condition
        held
      }
    }
    variables {
      name
      value
      origin
      place
    }
    strict {
      verdict
      reason
    }
    pack
    ruleVersion
    facts {
      key
      sha256
      size
      exitCode
      isTimedOut
      isTruncated
      tookMs
    }
    scan {
      id
    }
    previous {
      ...PastResult
    }
    rule {
      id
      title
      description
      rationale
      references {
        framework
        benchmark
        control
      }
    }
  }

  fragment PastResult on RuleResult {
    id
    verdict
    reason
    expected
    actual
    checkedAt
    evidence {
      ...Observation
    }
    scan {
      id
    }
  }

  fragment Observation on Evidence {
    command
    exitCode
    stdout
    stderr
    sha256
    isTruncated
    file
    line
  }
`);
