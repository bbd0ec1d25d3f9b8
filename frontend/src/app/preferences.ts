// What a person prefers in the user interface. It is kept by the server, so that it holds in every
// browser; the colours also in the browser, for the screens before the log-in.
import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import type { Cache } from '@urql/exchange-graphcache';
import { useEffect } from 'react';
import { useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { graphql } from '@/graphql/generated';
import type { ChangePreferenceMutation, PreferenceKey } from '@/graphql/generated/graphql';
import { SessionQuery, useSession } from './session';

const ChangePreference = graphql(`
  mutation ChangePreference($input: ChangePreferenceInput!) {
    changePreference(input: $input) {
      preference {
        key
        value
      }
      errors {
        message
      }
    }
  }
`);

/** The settings with their values; the first is what holds until the person chooses. */
export const SETTINGS = {
  COLOR_SCHEME: ['system', 'light', 'dark'],
  DENSITY: ['comfortable', 'compact'],
  MOTION: ['system', 'reduced'],
  TIME_ZONE: ['utc', 'local'],
} as const satisfies Record<PreferenceKey, readonly [string, ...string[]]>;

type Preferences = { [Key in PreferenceKey]: string };

/** The component library's words for the colours, and ours. */
const SCHEMES: Record<string, MantineColorScheme> = {
  system: 'auto',
  light: 'light',
  dark: 'dark',
};

/** What is saved, with what holds where nothing is. Values that this page does not know do not count. */
export function effective(
  saved: readonly { key: PreferenceKey; value: string }[],
  scheme: MantineColorScheme,
): Preferences {
  const of = (key: PreferenceKey, otherwise: string) => {
    const value = saved.find((one) => one.key === key)?.value;
    return value && (SETTINGS[key] as readonly string[]).includes(value) ? value : otherwise;
  };
  return {
    // Until it is saved, what was chosen in this browser counts.
    COLOR_SCHEME: of('COLOR_SCHEME', scheme === 'auto' ? 'system' : scheme),
    DENSITY: of('DENSITY', SETTINGS.DENSITY[0]),
    MOTION: of('MOTION', SETTINGS.MOTION[0]),
    TIME_ZONE: of('TIME_ZONE', SETTINGS.TIME_ZONE[0]),
  };
}

/** What the person who is logged in prefers. */
export function usePreferences(): Preferences {
  const { viewer } = useSession();
  const { colorScheme } = useMantineColorScheme();
  return effective(viewer?.preferences ?? [], colorScheme);
}

/** Lets the whole page follow the preferences. */
export function useFollowPreferences() {
  const { viewer } = useSession();
  const { setColorScheme } = useMantineColorScheme();
  const preferences = usePreferences();
  const { DENSITY: density, MOTION: motion } = preferences;
  const scheme = viewer && SCHEMES[preferences.COLOR_SCHEME];
  useEffect(() => {
    if (scheme) setColorScheme(scheme);
  }, [scheme, setColorScheme]);
  useEffect(() => {
    document.documentElement.dataset['density'] = density;
    document.documentElement.dataset['motion'] = motion;
  }, [density, motion]);
  return preferences;
}

/** Changes a setting; `problem` says why it could not be saved. */
export function useChangePreference() {
  const [{ data, error, fetching }, change] = useMutation(ChangePreference);
  return {
    change: (key: PreferenceKey, value: string) => change({ input: { key, value } }),
    saving: fetching,
    saved: Boolean(data?.changePreference.preference),
    problem: error
      ? `It could not be saved, and is as it was. ${problemOf(error)}`
      : problemOf(undefined, data?.changePreference.errors),
  };
}

/** Puts a setting that was changed for the first time among those of the session. */
export function rememberPreference(result: unknown, store: Cache) {
  const { preference } = (result as ChangePreferenceMutation).changePreference;
  if (!preference) return;
  store.updateQuery({ query: SessionQuery }, (data) => {
    if (!data?.viewer) return data;
    const others = data.viewer.preferences.filter((one) => one.key !== preference.key);
    const preferences = [...others, { __typename: 'Preference' as const, ...preference }];
    return { ...data, viewer: { ...data.viewer, preferences } };
  });
}
