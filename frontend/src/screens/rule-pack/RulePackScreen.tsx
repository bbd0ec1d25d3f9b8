// One rule pack: its versions, what each brings, its trials, and which of them counts.
import { Alert, Button, Group, Loader, NativeSelect, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { useSession } from '@/app/session';
import { useThrottled } from '@/app/throttle';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { Page } from '@/components/Page';
import type { RulePackQuery as Data } from '@/graphql/generated/graphql';
import {
  DisableRulePack,
  RemoveRulePack,
  RulePackChanged,
  RulePackQuery,
  UploadRulePackVersion,
} from '../rule-packs/operations';
import { Standing } from '../rule-packs/RulePacksScreen';
import { type Upload, UploadForm } from '../rule-packs/UploadForm';
import { Confirm } from './Confirm';
import { Version } from './Version';

export type RulePack = NonNullable<Data['rulePack']>;

export function RulePackScreen() {
  const { pack: id } = useParams({ from: '/shell/rules/packs/$pack' });
  const { version } = useSearch({ from: '/shell/rules/packs/$pack' });
  const navigate = useNavigate({ from: '/rules/packs/$pack' });
  const [uploading, setUploading] = useState(false);
  const [{ data, error }, again] = useQuery({ query: RulePackQuery, variables: { id } });
  const refresh = useThrottled(() => again({ requestPolicy: 'network-only' }));
  useFeed(RulePackChanged, {}, (message) => message.rulePackChanged, {
    refresh,
    onEvent: ({ rulePackChanged: { rulePack } }) => rulePack?.id === id,
  });
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading the rule pack" />;
  if (!data.rulePack) return <EmptyState title="There is no such rule pack" order={2} />;
  const pack = data.rulePack;
  const shown = pack.versions.find(({ number }) => String(number) === version) ?? pack.versions[0];
  const show = (number: number) => void navigate({ search: { version: String(number) } });
  return (
    <Page
      title={pack.name}
      beside={<Standing pack={pack} />}
      about="Rules of your organisation, in versions. One version counts at a time."
      actions={!uploading && <Actions pack={pack} onUpload={() => setUploading(true)} />}
    >
      {pack.problem && (
        <Alert color="red" title="Scans leave this pack out">
          {pack.problem}. Upload a version that fits, or disable the pack.
        </Alert>
      )}
      {uploading && (
        <NewVersion
          pack={pack}
          onDone={(number) => {
            setUploading(false);
            if (number) show(number);
            refresh();
          }}
        />
      )}
      {shown && (
        <Stack gap="sm">
          <Group gap="xs" align="flex-end">
            <NativeSelect
              label="Version"
              data={pack.versions.map(({ number, isEnabled, note }) => ({
                value: String(number),
                label: `${number}${isEnabled ? ' (counts)' : ''}${note ? `: ${note}` : ''}`,
              }))}
              value={String(shown.number)}
              onChange={(event) => show(Number(event.currentTarget.value))}
              maw="100%"
            />
            <Text size="sm" c="dimmed">
              of {pack.versions.length}
            </Text>
          </Group>
          <Version key={shown.number} pack={pack} version={shown} onChanged={refresh} />
        </Stack>
      )}
    </Page>
  );
}

function Actions({ pack, onUpload }: { pack: RulePack; onUpload: () => void }) {
  const { may } = useSession();
  const [disabled, disable] = useMutation(DisableRulePack);
  const [removed, remove] = useMutation(RemoveRulePack);
  if (pack.isRemoved) return null;
  const input = { id: pack.id };
  return (
    <>
      {may('rule_pack:write') && (
        <Button leftSection={<IconPlus size={16} />} onClick={onUpload}>
          New version
        </Button>
      )}
      {pack.enabledNumber && may('rule_pack:enable') && (
        <Confirm
          label="Disable"
          title={`Disable version ${pack.enabledNumber}?`}
          onConfirm={() => disable({ input })}
        >
          From the next scan on its rules are not judged any more, and their results are no part of
          any score. Results of earlier scans stay as they are.
        </Confirm>
      )}
      {may('rule_pack:write') && may('rule_pack:enable') && (
        <Confirm
          label="Remove"
          color="red"
          title={`Remove ${pack.name}?`}
          onConfirm={() => remove({ input })}
        >
          Its rules count no longer, and the pack cannot be brought back. Its versions and what was
          found by them stay in the history.
        </Confirm>
      )}
      <FormError
        message={
          problemOf(disabled.error, disabled.data?.disableRulePack.errors) ??
          problemOf(removed.error, removed.data?.removeRulePack.errors)
        }
      />
    </>
  );
}

function NewVersion({ pack, onDone }: { pack: RulePack; onDone: (number?: number) => void }) {
  const [{ error }, upload] = useMutation(UploadRulePackVersion);
  const send = async ({ note, files }: Upload) => {
    const { data } = await upload({ input: { id: pack.id, note, files } });
    const made = data?.uploadRulePackVersion.rulePack;
    if (made) onDone(made.latestNumber);
    return data?.uploadRulePackVersion.errors ?? [];
  };
  return (
    <>
      <UploadForm named={false} onSend={send} onCancel={() => onDone()} />
      <FormError message={problemOf(error)} />
    </>
  );
}
