// What the catalogue of rules asks for.
import { graphql } from '@/graphql/generated';

export const RulesQuery = graphql(`
  query Rules($filter: RuleFilter, $order: RuleOrder, $after: String) {
    rules(first: 100, after: $after, filter: $filter, orderBy: $order) {
      totalCount
      nodes {
        ...RuleLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment RuleLine on Rule {
    id
    key
    title
    severity
    category
    retiredAt
    totals {
      pass
      fail
      error
      notApplicable
      manual
    }
  }
`);

export const FacetsQuery = graphql(`
  query RuleFacets($filter: RuleFilter) {
    ruleFacets(filter: $filter) {
      severities {
        ...Facet
      }
      verdicts {
        ...Facet
      }
      categories {
        ...Facet
      }
      families {
        ...Facet
      }
      methods {
        ...Facet
      }
      standings {
        ...Facet
      }
    }
  }

  fragment Facet on FacetValue {
    value
    rules
  }
`);

export const LensesQuery = graphql(`
  query Lenses {
    lenses {
      key
      name
      rules
      hosts
      targeted
      belowTarget
      benchmarks {
        key
        name
        rules
      }
      totals {
        ...Totals
      }
    }
  }
`);

export const LensSectionsQuery = graphql(`
  query LensSections($lens: String!, $benchmark: String) {
    lens(key: $lens) {
      key
      sections(benchmark: $benchmark) {
        key
        parent
        label
        name
        depth
        rules
      }
    }
  }
`);
