// Bearer tokens: for programs. A secret is shown once.
import { Alert, Button, Card, Code, Group, Select, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { PagedList } from '@/components/PagedList';
import { Time } from '@/components/Time';
import { usePages } from '@/components/usePages';
import type { Role, TokenLineFragment } from '@/graphql/generated/graphql';
import { CreateToken, RevokeToken, TokensQuery } from './operations';
import { ROLES, roleWord } from './roles';

export function Tokens() {
  const { may } = useSession();
  const pages = usePages(TokensQuery, {}, (data) => data.tokens);
  return (
    <>
      <Title order={3} size="h4" mt="md">
        Tokens
      </Title>
      {may('token:write') && <TokenForm onDone={pages.refresh} />}
      <PagedList pages={pages} label="tokens" empty={<EmptyState title="No tokens yet" />}>
        {(tokens) => tokens.map((token) => <TokenCard key={token.id} token={token} />)}
      </PagedList>
    </>
  );
}

function TokenForm({ onDone }: { onDone: () => void }) {
  const [{ data, error, fetching }, create] = useMutation(CreateToken);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('VIEWER');
  const payload = data?.createToken;
  return (
    <Card withBorder padding="sm">
      <Group align="flex-end">
        <TextInput
          label="What the token is for"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          style={{ flex: '1 1 200px' }}
        />
        <Select
          label="Role"
          data={ROLES}
          value={role}
          onChange={(value) => value && setRole(value as Role)}
          allowDeselect={false}
          w={190}
        />
        <Button
          variant="default"
          loading={fetching}
          onClick={() => void create({ input: { name, role } }).then(onDone)}
        >
          Create token
        </Button>
      </Group>
      <FormError message={problemOf(error, payload?.errors)} />
      {payload?.secret && (
        <Alert color="green" mt="sm" title="Copy it now: it is shown this once">
          <Code block className="whole">
            {payload.secret}
          </Code>
        </Alert>
      )}
    </Card>
  );
}

function TokenCard({ token }: { token: TokenLineFragment }) {
  const { may } = useSession();
  const [{ fetching }, revoke] = useMutation(RevokeToken);
  return (
    <Card withBorder padding="sm" mb="xs">
      <Group justify="space-between">
        <div style={{ minWidth: 0 }}>
          <Text fw={600}>{token.name}</Text>
          <Text size="sm">{roleWord(token.role)}</Text>
          <Text size="xs" c="dimmed" component="div">
            {token.revokedAt ? 'Revoked ' : 'Made '}
            <span style={{ display: 'inline-block' }}>
              <Time at={token.revokedAt ?? token.createdAt} />
            </span>
          </Text>
        </div>
        {may('token:write') && !token.revokedAt && (
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            loading={fetching}
            onClick={() => void revoke({ input: { id: token.id } })}
          >
            Revoke
          </Button>
        )}
      </Group>
    </Card>
  );
}
