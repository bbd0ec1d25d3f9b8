// One group: what its hosts add up to, who they are, which rules they fail, what happened to it.
import { Alert, Badge, Group, Loader, Paper, Stack, Tabs, Text } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { useThrottled } from '@/app/throttle';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { GroupDot } from '@/components/GroupChip';
import { InMaintenance } from '@/components/InMaintenance';
import { Page } from '@/components/Page';
import { Counts, Score } from '@/components/Score';
import type { GroupLineFragment } from '@/graphql/generated/graphql';
import { BelowTarget } from '../groups/GroupCard';
import { GroupsChanged } from '../groups/query';
import { hostCount, ruleWords } from '../groups/words';
import { HostsChanged } from '../hosts/query';
import { targetWords } from '../target/values';
import { BringBackGroup } from './BringBackGroup';
import { GroupHappenings } from './GroupHappenings';
import { GroupLens } from './GroupLens';
import { GroupPast } from './GroupPast';
import { GroupSettings } from './GroupSettings';
import { Members } from './Members';
import { GroupQuery } from './operations';
import { VariableList } from '../variables/VariableList';
import { WorstRules } from './WorstRules';

export function GroupScreen() {
  const { group: id } = useParams({ from: '/shell/groups/$group' });
  const { tab } = useSearch({ from: '/shell/groups/$group' });
  const navigate = useNavigate({ from: '/groups/$group' });
  const [{ data, error }, again] = useQuery({ query: GroupQuery, variables: { id } });
  const refresh = useThrottled(() => again({ requestPolicy: 'network-only' }));
  // The group in the cache is updated by the message itself.
  useFeed(GroupsChanged, {}, (message) => message.groupChanged, { refresh });
  // What its hosts add up to changes with each of them.
  useFeed(HostsChanged, {}, (message) => message.hostChanged, {
    refresh,
    onEvent: ({ hostChanged: { host } }) => host?.groups.some((group) => group.id === id),
  });
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading the group" />;
  if (!data.group) return <EmptyState title="There is no such group" order={2} />;
  const { group } = data;
  const version = JSON.stringify(group.rollUp);
  return (
    <Page
      title={group.name}
      beside={
        <>
          <GroupDot color={group.color} size={14} />
          {group.maintenance && <InMaintenance reasons={[group.maintenance]} />}
          {group.status === 'REMOVED' && (
            <Badge color="gray" variant="outline" tt="none">
              Removed
            </Badge>
          )}
        </>
      }
      about={group.rule ? `By rule: ${ruleWords(group.rule)}` : 'Hosts chosen by hand'}
    >
      {group.description && <Text size="sm">{group.description}</Text>}
      {group.status === 'REMOVED' && (
        <Alert color="gray" title="This group was removed">
          <Stack gap="xs" align="flex-start">
            Nobody is in it. Who was stays known: choose a day below.
            <BringBackGroup group={group} />
          </Stack>
        </Alert>
      )}
      {group.status === 'ACTIVE' && <Sum group={group} />}
      {group.status === 'ACTIVE' && <GroupLens group={group.id} version={version} />}
      <GroupPast group={group.id} />
      <Tabs
        value={tab ?? 'hosts'}
        onChange={(value) =>
          void navigate({ search: (before) => ({ ...before, tab: value ?? undefined }) })
        }
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="hosts">Hosts</Tabs.Tab>
          <Tabs.Tab value="rules">Worst rules</Tabs.Tab>
          <Tabs.Tab value="activity">Activity</Tabs.Tab>
          <Tabs.Tab value="variables">Variables</Tabs.Tab>
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="hosts" pt="sm">
          <Members group={group} />
        </Tabs.Panel>
        <Tabs.Panel value="rules" pt="sm">
          <WorstRules group={group.id} version={version} />
        </Tabs.Panel>
        <Tabs.Panel value="activity" pt="sm">
          <GroupHappenings group={group.id} version={group.updatedAt + version} />
        </Tabs.Panel>
        <Tabs.Panel value="variables" pt="sm">
          <VariableList
            place={{ kind: 'GROUP', id: group.id }}
            active={group.status === 'ACTIVE'}
          />
        </Tabs.Panel>
        <Tabs.Panel value="settings" pt="sm">
          <GroupSettings group={group} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** What the hosts add up to. */
function Sum({ group }: { group: GroupLineFragment }) {
  const { rollUp, target } = group;
  return (
    <Paper withBorder p="sm">
      <Group gap="xl">
        <div>
          <Link to="/" search={{ group: group.id }}>
            {hostCount(rollUp.hosts)}
          </Link>
          {rollUp.unscanned > 0 && (
            <Text size="xs" c="dimmed">
              {rollUp.unscanned} not scanned yet
            </Text>
          )}
        </div>
        {rollUp.hosts > rollUp.unscanned && (
          <>
            <Score totals={rollUp.totals} />
            <Counts totals={rollUp.totals} />
          </>
        )}
        <div>
          {target && <Text size="sm">target {targetWords(target)}</Text>}
          <BelowTarget rollUp={rollUp} />
        </div>
      </Group>
    </Paper>
  );
}
