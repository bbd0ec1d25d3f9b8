// What a person prefers: each setting is saved as it is chosen, and holds wherever the person logs in.
import { Group, Paper, Radio, Text } from '@mantine/core';
import { SETTINGS, useChangePreference, usePreferences } from '@/app/preferences';
import { useSession } from '@/app/session';
import { FormError } from '@/components/FormError';
import { useExact } from '@/components/time';
import { Page } from '@/components/Page';
import type { PreferenceKey } from '@/graphql/generated/graphql';
import { ChangePassword } from './ChangePassword';

const WORDS: Record<
  PreferenceKey,
  { title: string; about: string; values: Record<string, string> }
> = {
  COLOR_SCHEME: {
    title: 'Colours',
    about: 'Before the log-in, a browser keeps the colours that it had last.',
    values: { system: 'As the system', light: 'Light', dark: 'Dark' },
  },
  DENSITY: {
    title: 'Density',
    about: 'How much fits on the screen.',
    values: { comfortable: 'Comfortable', compact: 'Compact' },
  },
  MOTION: {
    title: 'Motion',
    about: 'Whether things slide and fade.',
    values: { system: 'As the system', reduced: 'Reduced' },
  },
  TIME_ZONE: {
    title: 'Times',
    about: 'In which time zone exact times are shown.',
    values: { utc: 'UTC', local: 'The time zone of this computer' },
  },
};

export function PreferencesScreen() {
  const { viewer } = useSession();
  return (
    <Page title="Preferences" maw={640}>
      {(Object.keys(SETTINGS) as PreferenceKey[]).map((key) => (
        <Setting key={key} name={key} />
      ))}
      {viewer && <ChangePassword username={viewer.user.username} />}
    </Page>
  );
}

function Setting({ name }: { name: PreferenceKey }) {
  const value = usePreferences()[name];
  const { change, saving, saved, problem } = useChangePreference();
  const exact = useExact();
  const { title, about, values } = WORDS[name];
  return (
    <Paper withBorder p="sm">
      <Radio.Group
        label={title}
        description={about}
        value={value}
        onChange={(chosen) => void change(name, chosen)}
      >
        <Group gap="lg" mt="xs">
          {SETTINGS[name].map((one) => (
            <Radio key={one} value={one} label={values[one]} />
          ))}
        </Group>
      </Radio.Group>
      <Text size="xs" c="dimmed" mt={6} role="status">
        {name === 'TIME_ZONE' && `Now: ${exact(new Date().toISOString())}. `}
        {saving ? 'Saving' : saved && !problem ? 'Saved' : ''}
      </Text>
      <FormError message={problem} />
    </Paper>
  );
}
