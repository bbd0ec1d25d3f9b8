// What the page and the form of a group ask for and do.
import { graphql } from '@/graphql/generated';

export const GroupQuery = graphql(`
  query Group($id: ID!) {
    group(id: $id) {
      ...GroupLine
    }
  }
`);

export const GroupHosts = graphql(`
  query GroupHosts($id: ID!, $after: String, $at: DateTime) {
    group(id: $id) {
      id
      hosts(first: 50, after: $after, at: $at) {
        totalCount
        nodes {
          ...HostLine
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const GroupWorstRules = graphql(`
  query GroupWorstRules($id: ID!) {
    group(id: $id) {
      id
      worstRules(first: 20) {
        ruleKey
        severity
        failing
        judged
        rule {
          id
          title
        }
      }
    }
  }
`);

export const GroupActivity = graphql(`
  query GroupActivity($id: ID!, $after: String) {
    group(id: $id) {
      id
      activity(first: 50, after: $after) {
        nodes {
          ...ActivityLine
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const GroupPreview = graphql(`
  query GroupPreview($rule: GroupRuleInput!) {
    groupPreview(rule: $rule) {
      hostCount
      errors {
        message
      }
      hosts {
        id
        name
        environment
      }
    }
  }
`);

export const HostChoices = graphql(`
  query HostChoices($search: String) {
    hosts(first: 50, filter: { search: $search, status: ACTIVE }) {
      nodes {
        id
        name
        environment
      }
    }
  }
`);

export const CreateGroup = graphql(`
  mutation CreateGroup($input: CreateGroupInput!) {
    createGroup(input: $input) {
      group {
        ...GroupLine
      }
      errors {
        message
        path
      }
    }
  }
`);

export const EditGroup = graphql(`
  mutation EditGroup($input: EditGroupInput!) {
    editGroup(input: $input) {
      group {
        ...GroupLine
      }
      errors {
        message
        path
      }
    }
  }
`);

export const RemoveGroup = graphql(`
  mutation RemoveGroup($input: GroupInput!) {
    removeGroup(input: $input) {
      group {
        ...GroupLine
      }
      errors {
        message
      }
    }
  }
`);

export const RestoreGroup = graphql(`
  mutation RestoreGroup($input: GroupInput!) {
    restoreGroup(input: $input) {
      group {
        ...GroupLine
      }
      errors {
        message
      }
    }
  }
`);

export const AddHostsToGroup = graphql(`
  mutation AddHostsToGroup($input: GroupHostsInput!) {
    addHostsToGroup(input: $input) {
      group {
        ...GroupLine
      }
      errors {
        message
      }
    }
  }
`);

export const RemoveHostsFromGroup = graphql(`
  mutation RemoveHostsFromGroup($input: GroupHostsInput!) {
    removeHostsFromGroup(input: $input) {
      group {
        ...GroupLine
      }
      errors {
        message
      }
    }
  }
`);

export const StartGroupMaintenance = graphql(`
  mutation StartGroupMaintenance($input: StartMaintenanceInput!) {
    startGroupMaintenance(input: $input) {
      group {
        ...GroupLine
      }
      errors {
        message
      }
    }
  }
`);

export const EndGroupMaintenance = graphql(`
  mutation EndGroupMaintenance($input: GroupInput!) {
    endGroupMaintenance(input: $input) {
      group {
        ...GroupLine
      }
      errors {
        message
      }
    }
  }
`);

export const GroupPast = graphql(`
  query GroupPast($id: ID!, $lens: String, $at: DateTime) {
    group(id: $id) {
      id
      rollUp(lens: $lens, at: $at) {
        hosts
        unscanned
        totals {
          ...Totals
        }
      }
    }
  }
`);

export const GroupByLens = graphql(`
  query GroupByLens($id: ID!, $lens: String!) {
    group(id: $id) {
      id
      rollUp(lens: $lens) {
        ...RollUpLine
      }
    }
  }
`);
