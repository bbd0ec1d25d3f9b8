// What changes credentials.
import { graphql } from '@/graphql/generated';

export const CreateCredential = graphql(`
  mutation CreateCredential($input: CreateCredentialInput!) {
    createCredential(input: $input) {
      credential {
        ...CredentialLine
      }
      errors {
        message
        path
      }
    }
  }
`);

export const EditCredential = graphql(`
  mutation EditCredential($input: EditCredentialInput!) {
    editCredential(input: $input) {
      credential {
        ...CredentialLine
      }
      errors {
        message
        path
      }
    }
  }
`);

export const MakeDefaultCredential = graphql(`
  mutation MakeDefaultCredential($input: MakeDefaultCredentialInput!) {
    makeDefaultCredential(input: $input) {
      credential {
        ...CredentialLine
      }
      errors {
        message
      }
    }
  }
`);

export const RemoveCredential = graphql(`
  mutation RemoveCredential($input: RemoveCredentialInput!) {
    removeCredential(input: $input) {
      credential {
        id
        isRemoved
      }
      errors {
        message
      }
    }
  }
`);
