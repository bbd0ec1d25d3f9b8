// Which frameworks there are, and through which the organisation looks.
import { graphql } from '@/graphql/generated';

export const AllLensesQuery = graphql(`
  query AllLenses {
    lenses(all: true) {
      key
      name
      rules
      hosts
      isEnabled
    }
  }
`);

export const SetEnabledLenses = graphql(`
  mutation SetEnabledLenses($input: SetEnabledLensesInput!) {
    setEnabledLenses(input: $input) {
      settings {
        enabledLenses
      }
      errors {
        message
      }
    }
  }
`);
