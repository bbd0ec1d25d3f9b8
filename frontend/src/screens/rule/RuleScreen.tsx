// One rule: what it asks and why, how it is judged and fixed, where it stands in frameworks, how hosts fare by it,
// and what it said before.
import { Code, Loader, Paper, Stack, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Page } from '@/components/Page';
import { Prose } from '@/components/Prose';
import { Time } from '@/components/Time';
import { Severity } from '@/components/Verdict';
import { Explanation, Values, Variants } from './Explanation';
import { Hosts } from './Hosts';
import { Mapping } from './Mapping';
import { Part } from './Part';
import { Packs } from './Packs';
import { RuleJudged, RuleQuery } from './query';
import classes from './RuleScreen.module.css';
import { Versions } from './Versions';

export function RuleScreen() {
  const { rule: key } = useParams({ from: '/shell/rules/$rule' });
  const [{ data, error }, again] = useQuery({ query: RuleQuery, variables: { key } });
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data) return <Loader aria-label="Loading the rule" />;
  if (!data.rule) {
    return (
      <EmptyState title="There is no such rule" order={2}>
        <Link to="/rules">To the rules</Link>
      </EmptyState>
    );
  }
  const { rule } = data;
  return (
    <Page
      title={rule.title}
      beside={<Severity severity={rule.severity} />}
      about={
        <>
          <span className="mono">{rule.key}</span> · {rule.category} · for{' '}
          {rule.platforms.join(', ') || 'every machine'}
        </>
      }
    >
      {rule.retiredAt && (
        <Paper withBorder p="sm" role="note">
          <Text size="sm">
            Retired <Time at={rule.retiredAt} />: no process is started with it, and no enabled rule
            pack holds it. What was found for it stays below, and is in no score.
          </Text>
        </Paper>
      )}
      <div className={classes['split']}>
        <Stack gap="md" className={classes['column']}>
          <Part title="What is judged">
            <Prose text={rule.description} />
          </Part>
          <Part title="Why it matters">
            <Prose text={rule.rationale} />
            <Variants variants={rule.variants} />
          </Part>
          <Explanation key={rule.key} rule={rule.key} />
          <Part title="Hosts">
            <Hosts key={rule.key} rule={rule.key} totals={rule.totals} />
            <Commands rule={rule.key} />
          </Part>
        </Stack>
        <Stack gap="md" className={classes['column']}>
          {rule.packs.length > 0 && (
            <Part title="Own rules">
              <Packs packs={rule.packs} />
            </Part>
          )}
          <Part title="Where it stands in frameworks">
            <Mapping references={rule.references} />
          </Part>
          <Values rule={rule.key} profile={rule.key.split('@')[1]} />
          <Part title="History">
            <Versions rule={rule.key} />
            <details>
              <summary>The rule file</summary>
              <Code block tabIndex={0} aria-label="The rule file" className={classes['code']}>
                {rule.text}
              </Code>
              <Text className="mono whole" c="dimmed" mt={4}>
                SHA-256 {rule.hash}
              </Text>
            </details>
          </Part>
        </Stack>
      </div>
    </Page>
  );
}

/** The commands of the newest verdict: what was really run, on a host that has it. */
function Commands({ rule }: { rule: string }) {
  const { may } = useSession();
  const [{ data }] = useQuery({
    query: RuleJudged,
    variables: { key: rule },
    pause: !may('scan:read'),
  });
  const latest = data?.rule?.results.nodes[0];
  if (!latest) return null;
  const commands = [...new Set(latest.evidence.map(({ command }) => command))];
  if (commands.length === 0) return null;
  return (
    <>
      <Text size="sm">
        What a person would run to see the same, from the newest verdict
        {latest.host && (
          <>
            {' on '}
            <Link to="/hosts/$host" params={{ host: latest.host.id }} search={{ rule }}>
              {latest.host.name}
            </Link>
          </>
        )}
        :
      </Text>
      {commands.map((command) => (
        <Code key={command} block className={classes['code']} tabIndex={0} aria-label="Command">
          {command}
        </Code>
      ))}
    </>
  );
}
