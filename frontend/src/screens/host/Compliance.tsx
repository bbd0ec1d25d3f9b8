// How compliant the host is and why, over all rules or by one framework. Everything that is chosen is in
// the address.
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Score } from '@/components/Score';
import { SectionTree } from '@/components/SectionTree';
import { TargetMark } from '@/components/TargetMark';
import { Time } from '@/components/Time';
import { VerdictFilter } from '@/components/VerdictFilter';
import type {
  HostPageFragment,
  LensPostureFragment,
  SectionLineFragment,
  Verdict as VerdictName,
} from '@/graphql/generated/graphql';
import classes from './Compliance.module.css';
import { Deviations } from './Deviations';
import { EvidenceDrawer } from './EvidenceDrawer';
import { LensSwitch } from './LensSwitch';
import { HostSections } from './operations';
import { Results } from './Results';
import { Retired } from './Retired';

export function Compliance({ host }: { host: HostPageFragment }) {
  const search = useSearch({ from: '/shell/hosts/$host' });
  const navigate = useNavigate({ from: '/hosts/$host' });
  const narrow = useMediaQuery('(max-width: 48em)') ?? false;
  const set = (change: Partial<typeof search>) =>
    void navigate({
      search: (before) => ({ ...before, ...change }),
      replace: !('rule' in change),
      resetScroll: false,
    });
  const lens = host.lenses.find((one) => one.key === search.lens);
  const version = host.posture?.observedAt ?? '';
  const sections = useSections(host.id, lens?.key, version);
  if (!host.posture) {
    return (
      <EmptyState title="Not scanned yet">
        The verdicts stand here as soon as the first scan has completed.
      </EmptyState>
    );
  }
  const section = sections.lines.find((one) => one.key === search.section);
  const totals = section?.totals ?? lens?.totals ?? host.posture.totals;
  const verdicts = (search.verdict?.split(',') ?? []) as VerdictName[];
  return (
    <Stack gap="sm">
      <LensSwitch
        host={host}
        chosen={lens?.key}
        narrow={narrow}
        onChoose={(key) => set({ lens: key, section: undefined })}
      />
      {search.lens && !lens && (
        <Misfit lens={search.lens} onAll={() => set({ lens: undefined, section: undefined })} />
      )}
      <Paper withBorder p="sm">
        <Group gap="lg">
          <div>
            <Score totals={totals} />
            {/* The target of all rules says nothing of a part of them. */}
            {totals === host.posture.totals && <TargetMark target={host.effectiveTarget} />}
            {totals === lens?.totals && <TargetMark target={lens.target} />}
          </div>
          <VerdictFilter
            totals={totals}
            chosen={verdicts}
            onChoose={(chosen) => set({ verdict: chosen.join(',') || undefined })}
          />
          <div>
            {lens && <Applies lens={lens} />}
            <Group gap={6}>
              <Text size="sm" c="dimmed">
                as of
              </Text>
              <Time at={host.posture.observedAt} />
            </Group>
          </div>
        </Group>
      </Paper>
      {lens && <Deviations lens={lens} />}
      {sections.error && <ErrorPanel error={sections.error} />}
      <div className={lens && sections.lines.length > 0 ? classes['split'] : undefined}>
        {lens && sections.lines.length > 0 && (
          <SectionTree
            key={lens.key}
            label={`Sections of ${lens.name}`}
            sections={sections.lines}
            chosen={search.section}
            onChoose={(key) => set({ section: key })}
            narrow={narrow}
            figures={(one) => <SectionFigures section={one} />}
          />
        )}
        <Results host={host.id} lens={lens?.key} version={version} narrow={narrow} onSet={set} />
      </div>
      <Retired host={host.id} version={version} onShow={(rule) => set({ rule })} />
      <EvidenceDrawer host={host.id} rule={search.rule} onClose={() => set({ rule: undefined })} />
    </Stack>
  );
}

/** The sections of a lens, asked for again when a scan has completed. */
function useSections(host: string, lens: string | undefined, version: string) {
  const variables = { id: host, lens: lens ?? '' };
  const [{ data, error }, again] = useQuery({ query: HostSections, variables, pause: !lens });
  useEffect(() => {
    if (lens) again({ requestPolicy: 'network-only' });
  }, [again, version, lens]);
  const of = data?.host?.lens;
  return { lines: of && of.key === lens ? of.sections : [], error: data ? undefined : error };
}

function Applies({ lens }: { lens: LensPostureFragment }) {
  return (
    <Text size="sm" c="dimmed">
      {lens.applicable} of {lens.rules} rules apply
    </Text>
  );
}

function Misfit({ lens, onAll }: { lens: string; onAll: () => void }) {
  return (
    <Paper withBorder p="sm" role="status">
      <Group justify="space-between">
        <Text size="sm">
          No rule of {lens} is for the system of this host: all rules are shown instead.
        </Text>
        <Button variant="default" size="compact-sm" onClick={onAll}>
          All rules
        </Button>
      </Group>
    </Paper>
  );
}

/** How many of the rules that apply pass, and whether any fails. */
function SectionFigures({ section }: { section: SectionLineFragment }) {
  const { totals } = section;
  if (!totals) return null;
  const applicable = section.rules - totals.notApplicable;
  const words = `${totals.pass} of ${applicable} pass, ${totals.fail} fail, ${totals.error} could not be told`;
  return (
    <span
      className={classes['figures']}
      data-state={totals.fail > 0 ? 'fail' : totals.error > 0 ? 'error' : undefined}
      title={words}
    >
      {applicable === 0 ? 'n/a' : `${totals.pass}/${applicable}`}
    </span>
  );
}
