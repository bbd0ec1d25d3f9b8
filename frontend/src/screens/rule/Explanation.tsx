// A rule in words, said by the program that judges it: how it is judged, how a fail is mended, and with which
// values.
import { Anchor, Code, List, Loader, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Verdict } from '@/components/Verdict';
import type { RuleExplanationFragment } from '@/graphql/generated/graphql';
import classes from './Explanation.module.css';
import { Part } from './Part';
import { Remedy } from './Remedy';
import { RuleExplained } from './query';
import { Variables } from './Variables';

type Way = RuleExplanationFragment['ways'][number];

export function Explanation({ rule }: { rule: string }) {
  const [{ data, error }, again] = useQuery({ query: RuleExplained, variables: { key: rule } });
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data) return <Loader aria-label="Loading how it is judged" />;
  const said = data.rule?.explanation;
  if (!said) {
    return (
      <Part title="How it is judged">
        <Text size="sm">
          This version of OpenWatch cannot read the rule file. What it says is below, as it was
          published.
        </Text>
      </Part>
    );
  }
  const several = said.ways.length > 1;
  return (
    <>
      <Part title="How it is judged">
        {several && (
          <Text size="sm" c="dimmed">
            The first of {said.ways.length} ways that fits a host is taken.
          </Text>
        )}
        {said.ways.map((way, at) => (
          <Judged key={at} way={way} number={several ? at + 1 : undefined} />
        ))}
        <Meanings verdicts={said.verdicts} />
        <Examples examples={said.examples} />
      </Part>
      <Part title="How it is fixed">
        {said.ways.map((way, at) => (
          <Remedy key={at} remediation={way.remediation} when={several ? whenOf(way) : undefined} />
        ))}
      </Part>
    </>
  );
}

/** Its values; they are part of the same answer. */
export function Values({ rule, profile }: { rule: string; profile: string | undefined }) {
  const [{ data }] = useQuery({ query: RuleExplained, variables: { key: rule } });
  const variables = data?.rule?.explanation?.variables ?? [];
  if (variables.length === 0) return null;
  return (
    <Part title="Values">
      <Variables variables={variables} profile={profile} />
    </Part>
  );
}

const whenOf = ({ when }: Pick<Way, 'when'>) => (when ? `Where ${when}` : 'Otherwise');

function Judged({ way, number }: { way: Way; number: number | undefined }) {
  return (
    <Stack gap={4} role="group" aria-label={number ? `Way ${number}` : 'The check'}>
      {(number || way.when) && (
        <Text size="sm" fw={600}>
          {number && `${number}. `}
          {number ? whenOf(way) : `Where ${way.when}`}
        </Text>
      )}
      <ul className={classes['checks']}>
        {way.checks.map((step, at) => (
          <li key={at} style={{ marginInlineStart: `${step.depth * 16}px` }}>
            <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
              {step.demand}
            </Text>
            {(step.method ?? step.meaning) && (
              <Text size="xs" c="dimmed" component="div">
                {[step.method?.replaceAll('_', ' '), step.meaning].filter(Boolean).join(': ')}
              </Text>
            )}
            {step.script && (
              <details>
                <summary>The script</summary>
                <Code block tabIndex={0} aria-label="The script" className={classes['code']}>
                  {step.script}
                </Code>
              </details>
            )}
          </li>
        ))}
      </ul>
      {way.facts.length > 0 && (
        <details>
          <summary>What is read on the host</summary>
          <Stack gap="xs" mt={4}>
            {way.facts.map((fact) => (
              <div key={fact.key}>
                <Text size="sm">
                  <span className="mono">{fact.key}</span>
                  <Text span c="dimmed" size="sm">
                    {' '}
                    · {fact.what}
                  </Text>
                </Text>
                <Code block tabIndex={0} aria-label={fact.key} className={classes['code']}>
                  {fact.script}
                </Code>
              </div>
            ))}
          </Stack>
        </details>
      )}
    </Stack>
  );
}

function Meanings({ verdicts }: Pick<RuleExplanationFragment, 'verdicts'>) {
  return (
    <dl className={classes['pairs']} aria-label="What each verdict means">
      {verdicts.map(({ verdict, when }) => (
        <div key={verdict}>
          <dt>
            <Verdict verdict={verdict} />
          </dt>
          <dd>{when}</dd>
        </div>
      ))}
    </dl>
  );
}

function Examples({ examples }: Pick<RuleExplanationFragment, 'examples'>) {
  if (examples.length === 0) return null;
  return (
    <details>
      <summary>On the recorded hosts that it is tested with ({examples.length})</summary>
      <List spacing="xs" mt={4} listStyleType="none" withPadding={false}>
        {examples.map((example, at) => (
          <List.Item key={at} styles={{ itemWrapper: { display: 'block' } }}>
            <Verdict verdict={example.verdict} />
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {example.reason}
            </Text>
            <Text size="xs" c="dimmed">
              {example.name.replaceAll('_', ' ')}: {example.shows}
            </Text>
          </List.Item>
        ))}
      </List>
    </details>
  );
}

/** The same rule for its other profiles. */
export function Variants({ variants }: { variants: { key: string; title: string }[] }) {
  if (variants.length === 0) return null;
  return (
    <Text size="sm">
      For other frameworks:{' '}
      {variants.map(({ key, title }, at) => (
        <span key={key}>
          {at > 0 && ', '}
          <Anchor component={Link} to={`/rules/${key}`} title={title} size="sm">
            {key}
          </Anchor>
        </span>
      ))}
    </Text>
  );
}
