// How the hosts under watch fare by a rule: what needs a look first.
import { Loader, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import type { Totals } from '@/components/Score';
import { Time } from '@/components/Time';
import { usePages } from '@/components/usePages';
import { Verdict } from '@/components/Verdict';
import { VerdictFilter } from '@/components/VerdictFilter';
import { VirtualRows } from '@/components/VirtualRows';
import type { RuleHostsQuery, Verdict as VerdictName } from '@/graphql/generated/graphql';
import classes from './Hosts.module.css';
import { RuleHosts } from './query';

type Line = NonNullable<RuleHostsQuery['rule']>['results']['nodes'][number];

export function Hosts({ rule, totals }: { rule: string; totals: Totals }) {
  const [verdicts, setVerdicts] = useState<VerdictName[]>([]);
  const {
    rows,
    total = 0,
    hasMore,
    more,
    error,
    again,
  } = usePages(
    RuleHosts,
    { key: rule, verdicts: verdicts.length > 0 ? verdicts : null },
    (data) => data.rule?.results,
  );
  return (
    <>
      <VerdictFilter totals={totals} chosen={verdicts} onChoose={setVerdicts} />
      {error && <ErrorPanel error={error} onRetry={again} />}
      {!rows && !error && <Loader aria-label="Loading hosts" />}
      {rows?.length === 0 && <EmptyState title="No host was judged by it yet" />}
      {rows && rows.length > 0 && (
        <VirtualRows
          label="Hosts"
          rows={rows}
          total={total}
          rowKey={(row) => row.id}
          height={58}
          hasMore={hasMore}
          onMore={more}
        >
          {(row) => <HostLine line={row} rule={rule} />}
        </VirtualRows>
      )}
    </>
  );
}

function HostLine({ line, rule }: { line: Line; rule: string }) {
  return (
    <div className={classes['line']}>
      <Verdict verdict={line.verdict} />
      <Stack gap={0} miw={0}>
        {line.host && (
          <Link data-opens to="/hosts/$host" params={{ host: line.host.id }} search={{ rule }}>
            {line.host.name}
          </Link>
        )}
        <Text size="xs" c="dimmed" lineClamp={2} title={line.reason}>
          {line.reason}
        </Text>
      </Stack>
      <Text size="sm" c="dimmed" component="div">
        since <Time at={line.since} />
      </Text>
    </div>
  );
}
