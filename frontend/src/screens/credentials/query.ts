// What the list of credentials asks for; the form of a host chooses from it as well.
import { graphql } from '@/graphql/generated';

export const CredentialsQuery = graphql(`
  query Credentials {
    credentials(first: 100) {
      nodes {
        ...CredentialLine
      }
    }
  }

  fragment CredentialLine on Credential {
    id
    name
    username
    method
    isDefault
    hostCount
    updatedAt
    key {
      algorithm
      bits
      fingerprint
    }
  }
`);
