// What is asked of anything that adds results up.
import { graphql } from '@/graphql/generated';

export const TotalsFragment = graphql(`
  fragment Totals on Totals {
    pass
    fail
    error
    notApplicable
    manual
    score
    coverage
  }

  fragment RollUpLine on RollUp {
    hosts
    unscanned
    targeted
    belowTarget
    totals {
      ...Totals
    }
  }
`);
