// Trying a connection, and registering a host.
import { graphql } from '@/graphql/generated';

export const TestConnection = graphql(`
  mutation TestConnection($input: TestConnectionInput!) {
    testConnection(input: $input) {
      report {
        presentedKeys {
          isTrusted
          key {
            endpoint
            algorithm
            fingerprint
            publicKey
          }
        }
        platform {
          hostname
          osName
          kernel
          isPrivileged
        }
        failure {
          reason
          detail
        }
      }
      errors {
        message
        path
      }
    }
  }
`);

export const RegisterHost = graphql(`
  mutation RegisterHost($input: RegisterHostInput!) {
    registerHost(input: $input) {
      host {
        id
      }
      errors {
        message
        path
      }
    }
  }
`);
