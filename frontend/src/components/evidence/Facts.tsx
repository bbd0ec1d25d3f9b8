// What was collected for a result, as it is stored; the bytes are fetched when somebody wants to see them.
import { Button, Loader, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { ErrorPanel } from '@/components/ErrorPanel';
import { graphql } from '@/graphql/generated';
import type { ResultInFullFragment } from '@/graphql/generated/graphql';
import { Hash } from './Hash';
import { Output } from './Observation';

const FactOutputs = graphql(`
  query FactOutputs($scan: ID!, $rule: String!) {
    scan(id: $scan) {
      id
      result(rule: $rule) {
        id
        facts {
          key
          output
          stderr
        }
      }
    }
  }
`);

interface Props {
  scan: string;
  rule: string;
  facts: ResultInFullFragment['facts'];
}

export function Facts({ scan, rule, facts }: Props) {
  const [shown, setShown] = useState(false);
  return (
    <Stack gap="xs">
      <Title order={4} size="h6" mt="xs">
        Stored facts
      </Title>
      {facts.map((fact) => (
        <div key={fact.key}>
          <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
            {fact.key}
          </Text>
          <Text size="xs" c="dimmed">
            {fact.size.toLocaleString('en')} bytes · exit {fact.exitCode ?? 'unknown'} ·{' '}
            {fact.tookMs ? `took ${fact.tookMs} ms` : 'took less than 50 ms'}
            {fact.isTimedOut && ' · ended by its deadline'}
            {fact.isTruncated && ' · cut'}
          </Text>
          <Hash name="Fact" hash={fact.sha256} />
        </div>
      ))}
      {shown ? (
        <Outputs scan={scan} rule={rule} />
      ) : (
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => setShown(true)}
          style={{ alignSelf: 'flex-start' }}
        >
          Show what was printed
        </Button>
      )}
    </Stack>
  );
}

function Outputs({ scan, rule }: { scan: string; rule: string }) {
  const [{ data, error }] = useQuery({ query: FactOutputs, variables: { scan, rule } });
  if (error && !data) return <ErrorPanel error={error} />;
  if (!data) return <Loader size="sm" aria-label="Loading facts" />;
  return (data.scan?.result?.facts ?? []).map((fact) => (
    <Stack key={fact.key} gap={4}>
      <Text size="xs" className="mono" style={{ overflowWrap: 'anywhere' }}>
        {fact.key}
      </Text>
      <Output text={fact.output || 'nothing'} label={`What ${fact.key} printed`} />
      {fact.stderr && <Output text={fact.stderr} label={`Standard error of ${fact.key}`} />}
    </Stack>
  ));
}
