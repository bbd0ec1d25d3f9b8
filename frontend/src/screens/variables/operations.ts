// Variables of rules, and the values that are set for them in one place or another.
import { graphql } from '@/graphql/generated';

export const VariablesQuery = graphql(`
  query Variables($host: ID, $group: ID) {
    variables(host: $host, group: $group) {
      ...VariableLine
    }
  }

  fragment VariableLine on Variable {
    name
    isDeclared
    description
    allowed
    kind
    words
    defaultValue
    source
    profiles {
      profile
      value
      source
    }
    ruleKeys
    effective {
      ...VariableValueLine
    }
    values {
      ...VariableValueLine
    }
    isContested
  }

  fragment VariableValueLine on VariableValue {
    value
    source
    group {
      id
      name
    }
    host {
      id
      name
    }
    setBy
    setAt
    fits
  }
`);

export const SetOrganisationVariable = graphql(`
  mutation SetOrganisationVariable($input: SetOrganisationVariableInput!) {
    setOrganisationVariable(input: $input) {
      errors {
        message
      }
    }
  }
`);

export const SetGroupVariable = graphql(`
  mutation SetGroupVariable($input: SetGroupVariableInput!) {
    setGroupVariable(input: $input) {
      errors {
        message
      }
    }
  }
`);

export const SetHostVariable = graphql(`
  mutation SetHostVariable($input: SetHostVariableInput!) {
    setHostVariable(input: $input) {
      errors {
        message
      }
    }
  }
`);
