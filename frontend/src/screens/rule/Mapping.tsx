// Where a rule stands in frameworks. Each number leads to the rules beside it.
import { Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { RuleQuery } from '@/graphql/generated/graphql';

type Reference = NonNullable<RuleQuery['rule']>['references'][number];

export function Mapping({ references }: { references: Reference[] }) {
  if (references.length === 0) return <Text size="sm">No framework names it.</Text>;
  const rows = new Map<string, Reference[]>();
  for (const one of references) {
    const key = `${one.framework}/${one.benchmark}`;
    rows.set(key, [...(rows.get(key) ?? []), one]);
  }
  return (
    <Table layout="fixed" verticalSpacing={4}>
      <Table.Tbody>
        {[...rows].map(([key, [first, ...others]]) =>
          first ? <Row key={key} references={[first, ...others]} /> : null,
        )}
      </Table.Tbody>
    </Table>
  );
}

function Row({ references }: { references: [Reference, ...Reference[]] }) {
  const [{ framework, frameworkName, benchmark, benchmarkName, version }] = references;
  return (
    <Table.Tr>
      <Table.Th scope="row" w="48%" fw={400}>
        <Stack gap={0}>
          <Text size="sm">{[frameworkName, benchmarkName].filter(Boolean).join(' ')}</Text>
          {version && (
            <Text size="xs" c="dimmed">
              version {version}
            </Text>
          )}
        </Stack>
      </Table.Th>
      <Table.Td>
        {references.map(({ control, sectionName }) => (
          <Text key={control} size="sm" className="figures" component="div">
            <Link
              to="/rules"
              search={{
                lens: framework,
                benchmark: benchmark || undefined,
                ...(framework === 'stig' ? { search: control } : { section: control }),
              }}
            >
              {control}
            </Link>
            {sectionName && (
              <Text span size="xs" c="dimmed">
                {' '}
                {sectionName}
              </Text>
            )}
          </Text>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}
