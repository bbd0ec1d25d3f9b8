// By which framework the host is seen: one scan, many frameworks. Only those that fit it are offered.
import { NativeSelect, Text, UnstyledButton } from '@mantine/core';
import { percent } from '@/components/Score';
import type { HostPageFragment, LensPostureFragment } from '@/graphql/generated/graphql';
import classes from './LensSwitch.module.css';

interface Props {
  host: HostPageFragment;
  chosen: string | undefined;
  narrow: boolean;
  onChoose: (lens: string | undefined) => void;
}

const nameOf = ({ name, benchmark }: LensPostureFragment) =>
  benchmark ? `${name} ${benchmark}` : name;

export function LensSwitch({ host, chosen, narrow, onChoose }: Props) {
  const all = { key: undefined, name: 'All rules', totals: host.posture?.totals };
  const choices = [
    all,
    ...host.lenses.map((lens) => ({ key: lens.key, name: nameOf(lens), totals: lens.totals })),
  ];
  const figure = (score: number | null | undefined) =>
    score === null || score === undefined ? 'nothing judged' : percent(score);
  if (narrow) {
    return (
      <NativeSelect
        aria-label="Framework"
        value={chosen ?? ''}
        onChange={(event) => onChoose(event.currentTarget.value || undefined)}
        data={choices.map(({ key, name, totals }) => ({
          value: key ?? '',
          label: `${name} · ${figure(totals?.score)}, ${percent(totals?.coverage ?? 0)} judged`,
        }))}
      />
    );
  }
  return (
    <div className={classes['switch']} role="group" aria-label="Framework">
      {choices.map(({ key, name, totals }) => (
        <UnstyledButton
          key={name}
          className={classes['lens']}
          aria-pressed={key === chosen}
          onClick={() => onChoose(key)}
        >
          <Text size="sm" fw={500}>
            {name}
          </Text>
          <Text size="xs" c="dimmed" className="figures">
            {figure(totals?.score)} · {percent(totals?.coverage ?? 0)} judged
          </Text>
        </UnstyledButton>
      ))}
    </div>
  );
}
