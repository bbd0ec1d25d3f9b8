// One version: who uploaded it, what speaks for its scripts, its way from the upload to what counts.
import { Alert, Badge, Group, Paper, Stack, Tabs, Text } from '@mantine/core';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { Time } from '@/components/Time';
import type { RulePackVersionLineFragment } from '@/graphql/generated/graphql';
import { EnableRulePackVersion, TrustRulePackVersion } from '../rule-packs/operations';
import { Changes } from './Changes';
import { Confirm } from './Confirm';
import type { RulePack } from './RulePackScreen';
import { Rules } from './Rules';
import { Trials } from './Trials';

export interface VersionProps {
  pack: RulePack;
  version: RulePackVersionLineFragment;
  onChanged: () => void;
}

export function Version({ pack, version, onChanged }: VersionProps) {
  return (
    <>
      <Paper withBorder p="sm">
        <Stack gap="xs">
          <Group gap="xs">
            <Mark done={version.isRunnable} word={trustWord(version)} />
            <Mark done={version.isTried} word={version.isTried ? 'Tried' : 'Not tried yet'} />
            <Mark done={version.isEnabled} word={version.isEnabled ? 'Counts' : 'Does not count'} />
          </Group>
          {version.note && <Text size="sm">{version.note}</Text>}
          <Text size="xs" c="dimmed" component="div">
            uploaded by {version.uploadedBy.label} <Time at={version.uploadedAt} /> ·{' '}
            {version.ruleCount === 1 ? '1 rule' : `${version.ruleCount} rules`}
            <Trusted version={version} />
          </Text>
          <Text className="mono whole" c="dimmed" size="xs">
            SHA-256 {version.hash}
          </Text>
          {!pack.isRemoved && <Next pack={pack} version={version} onChanged={onChanged} />}
        </Stack>
      </Paper>
      <Tabs defaultValue="trials" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="trials">Trials</Tabs.Tab>
          <Tabs.Tab value="rules">Rules</Tabs.Tab>
          <Tabs.Tab value="changes">Changes</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="trials" pt="sm">
          <Trials pack={pack} version={version} onChanged={onChanged} />
        </Tabs.Panel>
        <Tabs.Panel value="rules" pt="sm">
          <Rules pack={pack.id} number={version.number} />
        </Tabs.Panel>
        <Tabs.Panel value="changes" pt="sm">
          <Changes pack={pack} number={version.number} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function trustWord({ scriptCount, isRunnable }: RulePackVersionLineFragment): string {
  if (scriptCount === 0) return 'No scripts';
  return isRunnable ? 'Scripts trusted' : 'Scripts not trusted';
}

function Mark({ done, word }: { done: boolean; word: string }) {
  return (
    <Badge
      variant="outline"
      color={done ? 'green' : 'gray'}
      tt="none"
      styles={{ label: { color: 'var(--mantine-color-text)' } }}
    >
      {word}
    </Badge>
  );
}

function Trusted({ version: { trust } }: { version: RulePackVersionLineFragment }) {
  if (!trust) return null;
  return (
    <>
      {' · '}
      {trust.voucher === 'SIGNATURE'
        ? `signed by ${trust.key}`
        : `scripts trusted by ${trust.trustedBy.label}`}{' '}
      <Time at={trust.trustedAt} />
    </>
  );
}

/** What can be done with the version next. */
function Next({ pack, version, onChanged }: VersionProps) {
  const { may } = useSession();
  const [trusted, trust] = useMutation(TrustRulePackVersion);
  const [enabled, enable] = useMutation(EnableRulePackVersion);
  const input = { id: pack.id, number: version.number };
  const then = async (work: Promise<unknown>) => {
    await work;
    onChanged();
  };
  const errors = [
    ...(trusted.data?.trustRulePackVersion.errors ?? []),
    ...(enabled.data?.enableRulePackVersion.errors ?? []),
  ];
  return (
    <>
      {!version.isRunnable && (
        <Alert color="yellow" title="This version brings scripts that run as root">
          <Stack gap="xs" align="flex-start">
            <span>
              {version.scriptCount === 1 ? 'One rule brings' : `${version.scriptCount} rules bring`}{' '}
              a script that would run on every host with the rights of the scan. Look at them below
              under Rules. Nothing of this version runs before somebody trusts it.
            </span>
            {may('rule_pack:trust') && (
              <Confirm
                label="Trust the scripts"
                title={`Trust the scripts of version ${version.number}?`}
                onConfirm={() => then(trust({ input }))}
              >
                You say that you have read them and that they may run as root on the hosts. The log
                keeps that it was you.
              </Confirm>
            )}
          </Stack>
        </Alert>
      )}
      {version.isRunnable && !version.isEnabled && version.isTried && may('rule_pack:enable') && (
        <Group>
          <Confirm
            label={
              pack.enabledNumber && pack.enabledNumber > version.number ? 'Go back to it' : 'Enable'
            }
            variant="filled"
            title={`Enable version ${version.number}?`}
            onConfirm={() => then(enable({ input }))}
          >
            From the next scan on its rules count on every host
            {pack.enabledNumber ? `, instead of those of version ${pack.enabledNumber}` : ''}. You
            can disable it again, or go back to an older version.
          </Confirm>
        </Group>
      )}
      <FormError message={problemOf(trusted.error) ?? problemOf(enabled.error)} />
      {errors.map(({ message }) => (
        <FormError key={message} message={message} />
      ))}
    </>
  );
}
