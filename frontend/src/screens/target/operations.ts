// Targets of the organisation and of hosts.
import { graphql } from '@/graphql/generated';

export const SettingsQuery = graphql(`
  query Settings {
    settings {
      target {
        score
        frameworks {
          framework
          score
        }
      }
    }
  }
`);

export const SetOrganisationTarget = graphql(`
  mutation SetOrganisationTarget($input: SetOrganisationTargetInput!) {
    setOrganisationTarget(input: $input) {
      settings {
        target {
          score
          frameworks {
            framework
            score
          }
        }
      }
      errors {
        message
      }
    }
  }
`);

export const SetHostTarget = graphql(`
  mutation SetHostTarget($input: SetHostTargetInput!) {
    setHostTarget(input: $input) {
      host {
        ...HostPage
      }
      errors {
        message
      }
    }
  }
`);
