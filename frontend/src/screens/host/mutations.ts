// What changes a host itself, and which of its keys are trusted.
import { graphql } from '@/graphql/generated';

export const EditHost = graphql(`
  mutation EditHost($input: EditHostInput!) {
    editHost(input: $input) {
      host {
        ...HostPage
      }
      errors {
        message
        path
      }
    }
  }
`);

export const RemoveHost = graphql(`
  mutation RemoveHost($input: HostInput!) {
    removeHost(input: $input) {
      host {
        ...HostPage
      }
      errors {
        message
      }
    }
  }
`);

export const RestoreHost = graphql(`
  mutation RestoreHost($input: HostInput!) {
    restoreHost(input: $input) {
      host {
        ...HostPage
      }
      errors {
        message
      }
    }
  }
`);

export const TrustHostKey = graphql(`
  mutation TrustHostKey($input: TrustHostKeyInput!) {
    trustHostKey(input: $input) {
      host {
        ...HostPage
      }
      errors {
        message
      }
    }
  }
`);

export const ForgetHostKey = graphql(`
  mutation ForgetHostKey($input: ForgetHostKeyInput!) {
    forgetHostKey(input: $input) {
      host {
        ...HostPage
      }
      errors {
        message
      }
    }
  }
`);

export const StartHostMaintenance = graphql(`
  mutation StartHostMaintenance($input: StartMaintenanceInput!) {
    startHostMaintenance(input: $input) {
      host {
        ...HostPage
      }
      errors {
        message
      }
    }
  }
`);

export const EndHostMaintenance = graphql(`
  mutation EndHostMaintenance($input: HostInput!) {
    endHostMaintenance(input: $input) {
      host {
        ...HostPage
      }
      errors {
        message
      }
    }
  }
`);
