// Everything about one result: what was found and where it comes from, what it rests on, how it was judged,
// what was otherwise before, and the rule.
import { Badge, Group, Loader, Stack, Table, Text, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Prose } from '@/components/Prose';
import { useExact } from '@/components/time';
import { Severity, Verdict } from '@/components/Verdict';
import type { ResultInFullFragment } from '@/graphql/generated/graphql';
import { Facts } from './Facts';
import { Hash } from './Hash';
import { Judging } from './Judging';
import { Observation } from './Observation';

/** Fetched where something was otherwise before: it takes code to compare. */
const Difference = lazy(() =>
  import('./Difference').then((module) => ({ default: module.Difference })),
);

export function ResultDetails({ result }: { result: ResultInFullFragment }) {
  const exact = useExact();
  const { source } = result;
  return (
    <Stack gap="sm">
      <div>
        <Title order={3} size="h5">
          {result.rule?.title ?? result.ruleKey}
        </Title>
        <Text size="xs" c="dimmed" className="mono">
          {result.ruleKey}
        </Text>
      </div>
      <Group gap="sm">
        <Verdict verdict={result.verdict} />
        <Severity severity={result.severity} />
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {result.reason}
      </Text>
      <Table layout="fixed" withRowBorders={false} verticalSpacing={2}>
        <Table.Tbody>
          <Line name="Expected" value={result.expected} />
          <Line name="Found" value={result.actual} />
          <Line name="Comes from" value={source && `${source.path}, line ${source.line}`} />
          <Line name="Since" value={result.since !== result.checkedAt && exact(result.since)} />
          <Line name="Checked" value={exact(result.checkedAt)} />
        </Table.Tbody>
      </Table>
      {result.previous && (
        <Suspense fallback={<Loader size="sm" aria-label="Comparing" />}>
          <Difference now={result} before={result.previous} />
        </Suspense>
      )}
      <Heading>What it rests on</Heading>
      {result.evidence.length === 0 && <Text size="sm">Nothing had to be looked at.</Text>}
      {result.evidence.map((item, at) => (
        <Observation key={`${item.command}${at}`} item={item} />
      ))}
      <Hash name="Evidence" hash={result.evidenceHash} />
      <Heading>How it was judged</Heading>
      <Judging result={result} />
      {result.facts.length > 0 && result.scan && (
        <Facts scan={result.scan.id} rule={result.ruleKey} facts={result.facts} />
      )}
      {result.rule && <About rule={result.rule} />}
    </Stack>
  );
}

function Heading({ children }: { children: string }) {
  return (
    <Title order={4} size="h6" mt="xs">
      {children}
    </Title>
  );
}

function Line({ name, value }: { name: string; value?: string | false | null | undefined }) {
  if (!value) return null;
  return (
    <Table.Tr>
      <Table.Td w={100} c="dimmed" px={0} style={{ verticalAlign: 'top' }}>
        {name}
      </Table.Td>
      <Table.Td className="mono" style={{ overflowWrap: 'anywhere' }}>
        {value}
      </Table.Td>
    </Table.Tr>
  );
}

function About({ rule }: { rule: NonNullable<ResultInFullFragment['rule']> }) {
  return (
    <>
      <Heading>The rule</Heading>
      <Prose text={rule.description} />
      <Prose text={rule.rationale} />
      <Group gap={6}>
        {rule.references.map(({ framework, benchmark, control }) => (
          <Badge key={framework + benchmark + control} variant="default" tt="none" size="sm">
            {`${framework} ${benchmark} ${control}`}
          </Badge>
        ))}
      </Group>
    </>
  );
}
