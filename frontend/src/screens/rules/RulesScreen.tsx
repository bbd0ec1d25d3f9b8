// The rules that hosts are judged by.
import { Badge, Code, Drawer, Group, Loader, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { More } from '@/components/More';
import { Severity } from '@/components/Verdict';
import { Page } from '@/components/Page';
import { graphql } from '@/graphql/generated';

const RulesQuery = graphql(`
  query Rules($filter: RuleFilter, $after: String) {
    rules(first: 100, after: $after, filter: $filter) {
      totalCount
      nodes {
        id
        key
        title
        severity
        category
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const RuleQuery = graphql(`
  query Rule($key: String!) {
    rule(key: $key) {
      id
      key
      title
      description
      rationale
      severity
      category
      platforms
      methods
      text
      hash
      references {
        framework
        benchmark
        control
      }
    }
  }
`);

export function RulesScreen() {
  const search = useSearch({ from: '/shell/rules' });
  const navigate = useNavigate({ from: '/rules' });
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const find = useDebouncedCallback((text: string) => {
    setCursors([null]);
    void navigate({
      search: (before) => ({ ...before, search: text || undefined }),
      replace: true,
    });
  }, 250);
  const show = (rule: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, rule }) });
  return (
    <Page title="Rules">
      <TextInput
        aria-label="Find rules"
        placeholder="Id, title, description"
        leftSection={<IconSearch size={16} />}
        defaultValue={search.search ?? ''}
        onChange={(event) => find(event.currentTarget.value)}
      />
      {cursors.map((after, at) => (
        <RulesPage
          key={after ?? 'first'}
          variables={{ filter: { search: search.search ?? null }, after }}
          last={at === cursors.length - 1}
          onMore={(cursor) => setCursors([...cursors, cursor])}
          onShow={show}
        />
      ))}
      <Drawer
        opened={search.rule !== undefined}
        onClose={() => show(undefined)}
        position="right"
        size="lg"
        title="Rule"
      >
        {search.rule && <RuleDetails rule={search.rule} />}
      </Drawer>
    </Page>
  );
}

interface PageProps {
  variables: { filter: { search: string | null }; after: string | null };
  last: boolean;
  onMore: (cursor: string) => void;
  onShow: (rule: string) => void;
}

function RulesPage({ variables, last, onMore, onShow }: PageProps) {
  const [{ data, error, fetching }, again] = useQuery({ query: RulesQuery, variables });
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data) return <Loader aria-label="Loading rules" />;
  const { nodes, pageInfo, totalCount } = data.rules;
  if (nodes.length === 0) return <EmptyState title="No such rules" />;
  return (
    <>
      {!variables.after && (
        <Text size="xs" c="dimmed">
          {totalCount} rules
        </Text>
      )}
      {nodes.map((rule) => (
        <Group
          key={rule.id}
          wrap="nowrap"
          justify="space-between"
          py={6}
          style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}
        >
          <div style={{ minWidth: 0 }}>
            <a
              href={`?rule=${rule.key}`}
              onClick={(event) => {
                event.preventDefault();
                onShow(rule.key);
              }}
            >
              {rule.title}
            </a>
            <Text size="xs" c="dimmed">
              {rule.key} · {rule.category}
            </Text>
          </div>
          <Severity severity={rule.severity} />
        </Group>
      ))}
      <More
        shown={last && pageInfo.hasNextPage}
        loading={fetching}
        onMore={() => pageInfo.endCursor && onMore(pageInfo.endCursor)}
      />
    </>
  );
}

function RuleDetails({ rule: key }: { rule: string }) {
  const [{ data, error }] = useQuery({ query: RuleQuery, variables: { key } });
  if (error) return <ErrorPanel error={error} />;
  if (!data) return <Loader aria-label="Loading the rule" />;
  if (!data.rule) return <EmptyState title="There is no such rule" />;
  const { rule } = data;
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <Title order={3} size="h5">
          {rule.title}
        </Title>
        <Severity severity={rule.severity} />
      </Group>
      <Text size="sm">{rule.description}</Text>
      <Text size="sm">{rule.rationale}</Text>
      <Group gap={6}>
        {rule.references.map(({ framework, benchmark, control }) => (
          <Badge
            key={framework + benchmark + control}
            variant="default"
            tt="none"
            size="sm"
          >{`${framework} ${benchmark} ${control}`}</Badge>
        ))}
      </Group>
      <Text size="xs" c="dimmed">
        For {rule.platforms.join(', ') || 'every machine'}; judged by {rule.methods.join(', ')}
      </Text>
      <Code block>{rule.text}</Code>
      <Text className="mono" c="dimmed">
        SHA-256 {rule.hash}
      </Text>
    </Stack>
  );
}
