// People and tokens.
import { graphql } from '@/graphql/generated';

export const UsersQuery = graphql(`
  query Users($after: String) {
    users(first: 50, after: $after) {
      nodes {
        ...UserLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment UserLine on User {
    id
    username
    role
    isDisabled
  }

  fragment TokenLine on Token {
    id
    name
    role
    createdAt
    revokedAt
  }
`);

export const TokensQuery = graphql(`
  query Tokens($after: String) {
    tokens(first: 50, after: $after) {
      nodes {
        ...TokenLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const CreateUser = graphql(`
  mutation CreateUser($input: CreateUserInput!) {
    createUser(input: $input) {
      user {
        ...UserLine
      }
      errors {
        message
        path
      }
    }
  }
`);

export const DisableUser = graphql(`
  mutation DisableUser($input: UserInput!) {
    disableUser(input: $input) {
      user {
        ...UserLine
      }
      errors {
        message
      }
    }
  }
`);

export const EnableUser = graphql(`
  mutation EnableUser($input: UserInput!) {
    enableUser(input: $input) {
      user {
        ...UserLine
      }
      errors {
        message
      }
    }
  }
`);

export const ChangeUserRole = graphql(`
  mutation ChangeUserRole($input: ChangeUserRoleInput!) {
    changeUserRole(input: $input) {
      user {
        ...UserLine
      }
      errors {
        message
      }
    }
  }
`);

export const CreateToken = graphql(`
  mutation CreateToken($input: CreateTokenInput!) {
    createToken(input: $input) {
      token {
        ...TokenLine
      }
      secret
      errors {
        message
      }
    }
  }
`);

export const RevokeToken = graphql(`
  mutation RevokeToken($input: RevokeTokenInput!) {
    revokeToken(input: $input) {
      token {
        ...TokenLine
      }
      errors {
        message
      }
    }
  }
`);
