// What was found for rules that count no more: apart from the others, and in no score.
import { Button, Paper, Stack, Text } from '@mantine/core';
import { usePages } from '@/components/usePages';
import { HostResults } from './operations';
import { Line } from './Results';

interface Props {
  host: string;
  /** Changes when a scan has completed: then the results are asked for again. */
  version: string;
  onShow: (rule: string) => void;
}

export function Retired({ host, version, onShow }: Props) {
  const { rows, total, hasMore, more } = usePages(
    HostResults,
    { id: host, filter: { isRetired: true } },
    (data) => data.host?.results,
    version,
  );
  if (!rows || rows.length === 0) return null;
  return (
    <Paper withBorder p="sm">
      <details>
        <summary>
          Retired: {total} {total === 1 ? 'rule counts' : 'rules count'} no more
        </summary>
        <Text size="sm" c="dimmed" mt={4}>
          What was found last for rules that were taken out of the product or out of a rule pack. It
          is in no score and no target.
        </Text>
        <Stack gap={0} mt="xs" role="list" aria-label="Results of retired rules">
          {rows.map((row) => (
            <div key={row.id} role="listitem">
              <Line result={row} onShow={onShow} />
            </div>
          ))}
        </Stack>
        {hasMore && (
          <Button variant="default" size="compact-sm" mt="xs" onClick={more}>
            More
          </Button>
        )}
      </details>
    </Paper>
  );
}
