// Lines of the activity.
import { Group, Stack, Text, ThemeIcon } from '@mantine/core';
import {
  IconChecklist,
  IconKey,
  IconLogin,
  IconRadar2,
  IconServer,
  IconSettings,
  IconStack2,
  IconUser,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ActivityLineFragment } from '@/graphql/generated/graphql';
import { EmptyState } from './EmptyState';
import { PagedList } from './PagedList';
import { Time } from './Time';
import type { Pages } from './usePages';

const KINDS = {
  SCAN: { word: 'Scan', icon: IconRadar2 },
  HOST: { word: 'Host', icon: IconServer },
  GROUP: { word: 'Group', icon: IconStack2 },
  CREDENTIAL: { word: 'Credential', icon: IconKey },
  USER: { word: 'User', icon: IconUser },
  RULES: { word: 'Rules', icon: IconChecklist },
  SESSION: { word: 'Session', icon: IconLogin },
  SETTINGS: { word: 'Settings', icon: IconSettings },
} as const;

const COLORS = { INFO: 'gray', WARNING: 'yellow', ERROR: 'red' } as const;

export function ActivityList({ pages }: { pages: Pages<ActivityLineFragment> }) {
  return (
    <PagedList
      pages={pages}
      label="activity"
      empty={<EmptyState title="Nothing has happened yet" />}
    >
      {(lines) => (
        <Stack gap={0} component="ol" style={{ listStyle: 'none', padding: 0, margin: 0 }}>
          {lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </Stack>
      )}
    </PagedList>
  );
}

function Line({ line }: { line: ActivityLineFragment }) {
  const { word, icon: Icon } = KINDS[line.kind];
  return (
    <Group
      component="li"
      wrap="nowrap"
      align="flex-start"
      gap="sm"
      py={8}
      style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}
    >
      <ThemeIcon variant="light" color={COLORS[line.severity]} size="md" title={word}>
        <Icon size={16} aria-label={word} />
      </ThemeIcon>
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm">{line.title}</Text>
        <Text size="xs" c="dimmed">
          {line.host && (
            <>
              <Link to="/hosts/$host" params={{ host: line.host.id }}>
                {line.host.name}
              </Link>{' '}
              ·{' '}
            </>
          )}
          {line.group && (
            <>
              <Link to="/groups/$group" params={{ group: line.group.id }}>
                {line.group.name}
              </Link>{' '}
              ·{' '}
            </>
          )}
          {line.fleetScan && (
            <>
              <Link to="/fleet-scans/$fleetScan" params={{ fleetScan: line.fleetScan.id }}>
                Fleet scan
              </Link>{' '}
              ·{' '}
            </>
          )}
          {line.actor.label}
          {line.scan && (
            <>
              {' · '}
              <Link to="/scans/$scan" params={{ scan: line.scan.id }}>
                Scan
              </Link>
            </>
          )}
        </Text>
      </div>
      <Time at={line.occurredAt} />
    </Group>
  );
}
