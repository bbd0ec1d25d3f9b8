// Rules of the organisation's own: every pack, what counts of it, and uploading a new one.
import { Badge, Button, Group, Paper, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { useFeed } from '@/app/live';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { Page } from '@/components/Page';
import { PagedList } from '@/components/PagedList';
import { Time } from '@/components/Time';
import { usePages } from '@/components/usePages';
import type { RulePackLineFragment } from '@/graphql/generated/graphql';
import { CreateRulePack, RulePackChanged, RulePacksQuery } from './operations';
import { type Upload, UploadForm } from './UploadForm';

export function RulePacksScreen() {
  const { may } = useSession();
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Own rules"
      about={
        <>
          Rules of your organisation beside <Link to="/rules">those that ship</Link>.
        </>
      }
      actions={
        may('rule_pack:write') &&
        !adding && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            Add rule pack
          </Button>
        )
      }
    >
      {adding && <NewPack onCancel={() => setAdding(false)} />}
      <Packs />
    </Page>
  );
}

function NewPack({ onCancel }: { onCancel: () => void }) {
  const navigate = useNavigate();
  const [{ error }, create] = useMutation(CreateRulePack);
  const send = async (input: Upload) => {
    const { data } = await create({ input });
    const made = data?.createRulePack.rulePack;
    if (made) await navigate({ to: '/rules/packs/$pack', params: { pack: made.id } });
    return data?.createRulePack.errors ?? [];
  };
  return (
    <>
      <UploadForm named onSend={send} onCancel={onCancel} />
      <FormError message={problemOf(error)} />
    </>
  );
}

function Packs() {
  const pages = usePages(RulePacksQuery, {}, (data) => data.rulePacks);
  useFeed(RulePackChanged, {}, (message) => message.rulePackChanged, {
    refresh: pages.refresh,
    onEvent: () => true,
  });
  return (
    <PagedList
      pages={pages}
      label="rule packs"
      empty={
        <EmptyState title="No rules of your own yet">
          A rule pack holds rules that your organisation wrote. It is uploaded as a version, tried
          on a host, and then enabled: from the next scan on its rules count like those that ship.
        </EmptyState>
      }
    >
      {(packs) => packs.map((pack) => <PackLine key={pack.id} pack={pack} />)}
    </PagedList>
  );
}

function PackLine({ pack }: { pack: RulePackLineFragment }) {
  const count = pack.version?.ruleCount ?? 0;
  return (
    <Paper withBorder p="sm" mb="xs">
      <Group justify="space-between" gap="xs">
        <div style={{ minWidth: 0 }}>
          <Link data-opens to="/rules/packs/$pack" params={{ pack: pack.id }}>
            {pack.name}
          </Link>
          <Text size="xs" c="dimmed" component="div">
            newest version {pack.latestNumber}, {count === 1 ? '1 rule' : `${count} rules`} ·{' '}
            <Time at={pack.updatedAt} />
          </Text>
        </div>
        <Standing pack={pack} />
      </Group>
    </Paper>
  );
}

/** What counts of a pack, in a word. */
export function Standing({ pack }: { pack: RulePackLineFragment }) {
  const [word, color] = pack.isRemoved
    ? ['Removed', 'gray']
    : pack.problem
      ? ['Left out of scans', 'red']
      : pack.enabledNumber
        ? [`Version ${pack.enabledNumber} counts`, 'green']
        : ['Not enabled', 'gray'];
  return (
    <Badge
      variant="outline"
      color={color}
      tt="none"
      styles={{ label: { color: 'var(--mantine-color-text)' } }}
    >
      {word}
    </Badge>
  );
}
