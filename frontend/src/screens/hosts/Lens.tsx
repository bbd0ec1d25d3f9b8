// The fleet by one framework: which one, and what it says of all hosts that it fits.
import { Group, NativeSelect, Paper, Text } from '@mantine/core';
import { useQuery } from 'urql';
import { Counts, Score } from '@/components/Score';
import { LensesQuery } from '../rules/query';

interface Props {
  lens: string | undefined;
  onChoose: (lens: string | undefined) => void;
}

export function LensSelect({ lens, onChoose }: Props) {
  const [{ data }] = useQuery({ query: LensesQuery });
  const lenses = data?.lenses ?? [];
  return (
    <NativeSelect
      aria-label="Framework"
      value={lens ?? ''}
      onChange={(event) => onChoose(event.currentTarget.value || undefined)}
      data={[
        { value: '', label: 'All rules' },
        ...(lens && !lenses.some((one) => one.key === lens) ? [{ value: lens, label: lens }] : []),
        ...lenses.map(({ key, name, hosts }) => ({
          value: key,
          label: `${name} (${hosts === 1 ? '1 host' : `${hosts} hosts`})`,
        })),
      ]}
    />
  );
}

export function FleetLens({ lens }: { lens: string }) {
  const [{ data }] = useQuery({ query: LensesQuery });
  const found = data?.lenses.find(({ key }) => key === lens);
  if (!found || found.hosts === 0) return null;
  const editions = found.benchmarks.map(({ name }) => name).join(', ');
  return (
    <Paper withBorder p="sm">
      <Group gap="lg">
        <Score totals={found.totals} />
        <Counts totals={found.totals} />
        {found.targeted > 0 && (
          <Text size="sm">
            {found.belowTarget} of {found.targeted} below target
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {found.name} on {found.hosts === 1 ? '1 host' : `${found.hosts} hosts`}
          {editions && `; it has editions for ${editions}`}
        </Text>
      </Group>
    </Paper>
  );
}
