// The frame around every screen: navigation, who is logged in, light and dark.
import {
  ActionIcon,
  AppShell,
  Burger,
  Center,
  Group,
  Loader,
  NavLink,
  Title,
  useComputedColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { Link, Navigate, Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { ErrorPanel } from '@/components/ErrorPanel';
import { FormError } from '@/components/FormError';
import { ZoneContext } from '@/components/time';
import { ConnectionMark } from './ConnectionMark';
import { isAt, PLACES } from './places';
import { useChangePreference, useFollowPreferences } from './preferences';
import { logInPath, useSession } from './session';

const PersonMenu = lazy(() =>
  import('./PersonMenu').then((module) => ({ default: module.PersonMenu })),
);

/** The time zone of this computer. */
const LOCAL_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function Shell() {
  const session = useSession();
  const preferences = useFollowPreferences();
  const { change, problem } = useChangePreference();
  const [opened, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (session.loading) {
    return (
      <Center h="100vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  if (session.error && !session.viewer) {
    return <ErrorPanel error={session.error} onRetry={() => window.location.reload()} />;
  }
  if (!session.viewer) return session.setUp ? <ToLogIn /> : <Navigate to="/setup" />;
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 190, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <SkipLink />
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
            />
            <img src="/icon.svg" alt="" width={24} height={24} />
            <Title order={1} size="h4">
              OpenWatch
            </Title>
          </Group>
          <Group gap={4} wrap="nowrap">
            <ConnectionMark />
            <SchemeSwitch onChange={(scheme) => void change('COLOR_SCHEME', scheme)} />
            <Suspense fallback={<ActionIcon variant="subtle" loading aria-label="Loading" />}>
              <PersonMenu name={session.viewer.user.username} role={session.viewer.role} />
            </Suspense>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" component="nav" aria-label="Main" mod={{ closed: !opened }}>
        {PLACES.filter((place) => session.may(place.needs)).map((place) => (
          <NavLink
            key={place.to}
            component={Link}
            to={place.to}
            onClick={close}
            label={place.label}
            leftSection={<place.icon size={18} aria-hidden />}
            active={isAt(place, path)}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <FormError message={problem} />
        <ZoneContext value={preferences.TIME_ZONE === 'local' ? LOCAL_ZONE : 'UTC'}>
          <Outlet />
        </ZoneContext>
      </AppShell.Main>
    </AppShell>
  );
}

/** The way of the keyboard past the header and the navigation. */
function SkipLink() {
  return (
    <a
      className="skip-link"
      href="#content"
      onClick={(event) => {
        // The place in the page is no part of the path.
        event.preventDefault();
        document.getElementById('content')?.focus();
      }}
    >
      Skip to the content
    </a>
  );
}

/** To the log-in, which leads back here. */
function ToLogIn() {
  const { history } = useRouter();
  // Once: the way back is where the person is now, not where this leads.
  useEffect(() => history.replace(logInPath(window.location)), [history]);
  return null;
}

function SchemeSwitch({ onChange }: { onChange: (scheme: string) => void }) {
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      onClick={() => onChange(dark ? 'light' : 'dark')}
      aria-label={dark ? 'Use light colours' : 'Use dark colours'}
    >
      {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}
