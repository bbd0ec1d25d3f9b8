// What the lists of groups ask for.
import { graphql } from '@/graphql/generated';

export const GroupsQuery = graphql(`
  query Groups($filter: GroupFilter, $after: String) {
    groups(first: 50, after: $after, filter: $filter) {
      totalCount
      nodes {
        ...GroupLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment GroupLine on Group {
    id
    name
    description
    color
    status
    updatedAt
    rule {
      combination
      conditions {
        kind
        isNegated
        values
      }
    }
    target {
      score
      frameworks {
        framework
        score
      }
    }
    maintenance {
      reason
      until
    }
    rollUp {
      ...RollUpLine
    }
  }
`);

export const FleetSumQuery = graphql(`
  query FleetSum($lens: String, $at: DateTime) {
    rollUp(lens: $lens, at: $at) {
      ...RollUpLine
    }
  }
`);

export const UngroupedQuery = graphql(`
  query Ungrouped {
    hosts(first: 1, filter: { isGrouped: false, status: ACTIVE }) {
      totalCount
    }
  }
`);

/** Groups to choose from, by name. */
export const GroupChoicesQuery = graphql(`
  query GroupChoices($search: String) {
    groups(first: 50, filter: { search: $search, status: ACTIVE }) {
      nodes {
        id
        name
        color
        rule {
          combination
        }
      }
    }
  }
`);

export const GroupsChanged = graphql(`
  subscription GroupsChanged($after: EventPosition) {
    groupChanged(after: $after) {
      kind
      position
      group {
        ...GroupLine
      }
    }
  }
`);
