// What the page of a rule asks for.
import { graphql } from '@/graphql/generated';

export const RuleQuery = graphql(`
  query Rule($key: String!) {
    rule(key: $key) {
      id
      key
      title
      description
      rationale
      severity
      category
      tags
      platforms
      methods
      text
      hash
      retiredAt
      packs {
        numbers
        isEnabled
        pack {
          id
          name
          enabledNumber
          isRemoved
        }
      }
      references {
        framework
        frameworkName
        benchmark
        benchmarkName
        control
        version
        sectionName
      }
      variants {
        id
        key
        title
      }
      totals {
        pass
        fail
        error
        notApplicable
        manual
      }
    }
  }
`);

export const RuleExplained = graphql(`
  query RuleExplained($key: String!) {
    rule(key: $key) {
      id
      explanation {
        ...RuleExplanation
      }
    }
  }

  fragment RuleExplanation on RuleExplanation {
    ways {
      when
      checks {
        depth
        method
        demand
        meaning
        script
      }
      facts {
        key
        what
        script
      }
      remediation {
        ...Remediation
      }
    }
    verdicts {
      verdict
      when
    }
    variables {
      name
      description
      allowed
      default
      defaultSource
      profiles {
        profile
        profileName
        ruleKey
        value
        source
      }
    }
    examples {
      name
      shows
      verdict
      reason
    }
  }

  fragment Remediation on Remediation {
    manual
    steps {
      what
    }
    reload
    restart
    needsReboot
    effects
    risk
    riskReason
    reversal
  }
`);

export const RuleHosts = graphql(`
  query RuleHosts($key: String!, $verdicts: [Verdict!], $after: String) {
    rule(key: $key) {
      id
      results(first: 50, after: $after, verdicts: $verdicts) {
        totalCount
        nodes {
          id
          verdict
          reason
          since
          host {
            id
            name
            environment
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const RuleVersions = graphql(`
  query RuleVersions($key: String!) {
    rule(key: $key) {
      id
      versions {
        publishedAt
        text
        hash
        isCurrent
      }
    }
  }
`);

export const RuleJudged = graphql(`
  query RuleJudged($key: String!) {
    rule(key: $key) {
      id
      results(first: 1, verdicts: [FAIL, ERROR, PASS]) {
        nodes {
          id
          host {
            id
            name
          }
          evidence {
            command
          }
        }
      }
    }
  }
`);
