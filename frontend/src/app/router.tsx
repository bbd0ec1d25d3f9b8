// Every path of the user interface. What is filtered, selected or paged is in the path, so that a link
// shows the same to whoever may see it.
import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import { ActivityScreen } from '@/screens/activity/ActivityScreen';
import { AddHostScreen } from '@/screens/add-host/AddHostScreen';
import { AuditScreen } from '@/screens/audit/AuditScreen';
import { CredentialsScreen } from '@/screens/credentials/CredentialsScreen';
import { HostScreen } from '@/screens/host/HostScreen';
import { HostsScreen } from '@/screens/hosts/HostsScreen';
import { LogInScreen } from '@/screens/log-in/LogInScreen';
import { NotFoundScreen } from '@/screens/not-found/NotFoundScreen';
import { PreferencesScreen } from '@/screens/preferences/PreferencesScreen';
import { RulesScreen } from '@/screens/rules/RulesScreen';
import { SetupScreen } from '@/screens/setup/SetupScreen';
import { UsersScreen } from '@/screens/users/UsersScreen';
import { Shell } from './Shell';

/** The parameters of a path that are texts; every one may be absent. */
function texts<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>) => {
    const found: { [N in Name]?: string } = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === 'string' && value !== '') found[name] = value;
    }
    return found;
  };
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundScreen });
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: SetupScreen,
  validateSearch: texts('token'),
});
const logIn = createRoute({ getParentRoute: () => root, path: '/log-in', component: LogInScreen });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const hosts = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: HostsScreen,
  validateSearch: texts('search', 'status', 'order'),
});
const addHost = createRoute({
  getParentRoute: () => shell,
  path: '/hosts/add',
  component: AddHostScreen,
});
const host = createRoute({
  getParentRoute: () => shell,
  path: '/hosts/$host',
  component: HostScreen,
  validateSearch: texts('tab', 'edit', 'verdict', 'severity', 'search', 'rule'),
});
const rules = createRoute({
  getParentRoute: () => shell,
  path: '/rules',
  component: RulesScreen,
  validateSearch: texts('search', 'rule'),
});
const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  component: ActivityScreen,
});
const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  component: AuditScreen,
  validateSearch: texts('action'),
});
const credentials = createRoute({
  getParentRoute: () => shell,
  path: '/credentials',
  component: CredentialsScreen,
});
const preferences = createRoute({
  getParentRoute: () => shell,
  path: '/preferences',
  component: PreferencesScreen,
});
const users = createRoute({ getParentRoute: () => shell, path: '/users', component: UsersScreen });

export const router = createRouter({
  routeTree: root.addChildren([
    setup,
    logIn,
    shell.addChildren([
      hosts,
      addHost,
      host,
      rules,
      activity,
      audit,
      credentials,
      users,
      preferences,
    ]),
  ]),
  defaultPreload: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
