// What the list of credentials asks for; the form of a host chooses from it as well.
import { graphql } from '@/graphql/generated';

export const CredentialsQuery = graphql(`
  query Credentials($after: String) {
    credentials(first: 50, after: $after) {
      nodes {
        ...CredentialLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment CredentialLine on Credential {
    id
    name
    description
    username
    method
    isDefault
    isRemoved
    hostCount
    updatedAt
    key {
      algorithm
      bits
      fingerprint
    }
  }
`);

export const CredentialQuery = graphql(`
  query Credential($id: ID!) {
    credential(id: $id) {
      ...CredentialLine
    }
  }
`);
