// How a fail is mended: what would change, what is restarted, what it risks, and whether it can be taken back.
import { List, Stack, Text } from '@mantine/core';
import type { RemediationFragment } from '@/graphql/generated/graphql';
import classes from './Explanation.module.css';

interface Props {
  remediation: RemediationFragment | null | undefined;
  /** On which hosts, for a rule with several ways. */
  when: string | undefined;
}

export function Remedy({ remediation, when }: Props) {
  return (
    <Stack gap={4}>
      {when && (
        <Text size="sm" fw={600}>
          {when}
        </Text>
      )}
      {!remediation && <Text size="sm">The rule does not say how. A person decides.</Text>}
      {remediation?.manual && (
        <Text size="sm">
          <b>By hand:</b> {remediation.manual}
        </Text>
      )}
      {remediation && !remediation.manual && <Steps remediation={remediation} />}
    </Stack>
  );
}

function Steps({ remediation }: { remediation: RemediationFragment }) {
  const { steps, reload, restart, needsReboot, effects, risk, riskReason, reversal } = remediation;
  return (
    <>
      <List size="sm" spacing={4} type={steps.length > 1 ? 'ordered' : 'unordered'}>
        {steps.map(({ what }, at) => (
          <List.Item key={at} style={{ overflowWrap: 'anywhere' }}>
            {sentence(what)}
          </List.Item>
        ))}
      </List>
      <Facts
        facts={[
          ['Reads its files again', reload.join(' or ')],
          ['Is restarted', restart.join(' or ')],
          ['Counts', needsReboot ? 'after a boot' : ''],
          ['Changes', effects.join(', ')],
          ['Risk', [risk, riskReason].filter(Boolean).join(': ')],
          ['Way back', reversal ?? ''],
        ]}
      />
    </>
  );
}

function Facts({ facts }: { facts: [string, string][] }) {
  return (
    <dl className={classes['pairs']}>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <Text component="dt" c="dimmed" size="sm">
              {name}
            </Text>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
