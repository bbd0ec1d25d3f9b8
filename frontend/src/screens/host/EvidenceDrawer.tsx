// What a verdict rests on: the command as a person would run it, what it printed, what was expected.
import {
  Badge,
  Code,
  CopyButton,
  Drawer,
  Group,
  Loader,
  Stack,
  Table,
  Text,
  Title,
  UnstyledButton,
} from '@mantine/core';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { useExact } from '@/components/time';
import { Severity, Verdict } from '@/components/Verdict';
import type { ResultEvidenceQuery } from '@/graphql/generated/graphql';
import { ResultEvidence } from './operations';

interface Props {
  host: string;
  rule: string | undefined;
  onClose: () => void;
}

export function EvidenceDrawer({ host, rule, onClose }: Props) {
  return (
    <Drawer
      opened={rule !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title="Evidence"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {rule && <Loaded host={host} rule={rule} />}
    </Drawer>
  );
}

function Loaded({ host, rule }: { host: string; rule: string }) {
  const variables = { id: host, rule };
  const [{ data, error }] = useQuery({ query: ResultEvidence, variables });
  if (error && !data) return <ErrorPanel error={error} />;
  if (!data) return <Loader aria-label="Loading evidence" />;
  if (!data.host?.result) return <EmptyState title="This rule was not judged here" />;
  return <Result result={data.host.result} />;
}

type ResultData = NonNullable<NonNullable<ResultEvidenceQuery['host']>['result']>;

function Result({ result }: { result: ResultData }) {
  const exact = useExact();
  return (
    <Stack gap="sm">
      <Title order={3} size="h5">
        {result.rule?.title ?? result.ruleKey}
      </Title>
      <Group gap="sm">
        <Verdict verdict={result.verdict} />
        <Severity severity={result.severity} />
      </Group>
      <Text size="sm">{result.reason}</Text>
      <Table layout="fixed" withRowBorders={false} verticalSpacing={2}>
        <Table.Tbody>
          <Fact name="Expected" value={result.expected} />
          <Fact name="Found" value={result.actual} />
          <Fact name="Since" value={exact(result.since)} />
          <Fact name="Checked" value={exact(result.checkedAt)} />
        </Table.Tbody>
      </Table>
      <Title order={4} size="h6">
        What it rests on
      </Title>
      {result.evidence.length === 0 && <Text size="sm">Nothing had to be looked at.</Text>}
      {result.evidence.map((item, at) => (
        <Observation key={`${item.command}${at}`} item={item} />
      ))}
      <Hash name="Evidence" hash={result.evidenceHash} />
      {result.rule && (
        <>
          <Title order={4} size="h6">
            The rule
          </Title>
          <Text size="sm">{result.rule.description}</Text>
          <Text size="sm">{result.rule.rationale}</Text>
          <Group gap={6}>
            {result.rule.references.map(({ framework, benchmark, control }) => (
              <Badge key={framework + benchmark + control} variant="default" tt="none" size="sm">
                {`${framework} ${benchmark} ${control}`}
              </Badge>
            ))}
          </Group>
        </>
      )}
    </Stack>
  );
}

function Fact({ name, value }: { name: string; value?: string | null }) {
  if (!value) return null;
  return (
    <Table.Tr>
      <Table.Td w={90} c="dimmed" style={{ verticalAlign: 'top' }}>
        {name}
      </Table.Td>
      <Table.Td className="mono" style={{ overflowWrap: 'anywhere' }}>
        {value}
      </Table.Td>
    </Table.Tr>
  );
}

function Observation({ item }: { item: ResultData['evidence'][number] }) {
  return (
    <Stack gap={4}>
      <Code block style={{ whiteSpace: 'pre-wrap' }}>
        $ {item.command}
      </Code>
      {item.stdout && (
        <Code
          block
          style={{ whiteSpace: 'pre-wrap', maxHeight: 300, overflow: 'auto' }}
          tabIndex={0}
          aria-label="Output"
        >
          {item.stdout}
        </Code>
      )}
      {item.stderr && (
        <Code block color="red.1" c="red.9" style={{ whiteSpace: 'pre-wrap' }}>
          {item.stderr}
        </Code>
      )}
      <Text size="xs" c="dimmed">
        exit {item.exitCode ?? 'unknown'}
        {item.file && ` · ${item.file}${item.line ? `, line ${item.line}` : ''}`}
        {item.isTruncated && ' · cut; the hash is over all of it'}
      </Text>
      <Hash name="Output" hash={item.sha256} />
    </Stack>
  );
}

function Hash({ name, hash }: { name: string; hash: string }) {
  return (
    <CopyButton value={hash}>
      {({ copied, copy }) => (
        <UnstyledButton
          onClick={copy}
          title="Copy"
          className="mono"
          style={{ overflowWrap: 'anywhere' }}
        >
          {name} SHA-256 {hash} {copied && '(copied)'}
        </UnstyledButton>
      )}
    </CopyButton>
  );
}
