// Every path of the user interface. What is filtered, selected or paged is in the path, so that a link
// shows the same to whoever may see it.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { Loader } from '@mantine/core';
import { NotFoundScreen } from '@/screens/not-found/NotFoundScreen';
import { RULE_SEARCH } from '@/screens/rules/filter';
import { BrokenScreen } from './BrokenScreen';
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
  component: lazyRouteComponent(() => import('@/screens/setup/SetupScreen'), 'SetupScreen'),
  validateSearch: texts('token'),
});
const logIn = createRoute({
  getParentRoute: () => root,
  path: '/log-in',
  component: lazyRouteComponent(() => import('@/screens/log-in/LogInScreen'), 'LogInScreen'),
  validateSearch: texts('to'),
});
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const hosts = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('@/screens/hosts/HostsScreen'), 'HostsScreen'),
  validateSearch: texts(
    'search',
    'status',
    'lens',
    'order',
    'group',
    'target',
    'environment',
    'tag',
    'os',
    'maintenance',
  ),
});
const hostsByName = createRoute({
  getParentRoute: () => shell,
  path: '/hosts',
  validateSearch: hosts.options.validateSearch,
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/', search, replace: true });
  },
});
const addHost = createRoute({
  getParentRoute: () => shell,
  path: '/hosts/add',
  component: lazyRouteComponent(() => import('@/screens/add-host/AddHostScreen'), 'AddHostScreen'),
});
const host = createRoute({
  getParentRoute: () => shell,
  path: '/hosts/$host',
  component: lazyRouteComponent(() => import('@/screens/host/HostScreen'), 'HostScreen'),
  validateSearch: texts(
    'tab',
    'edit',
    'lens',
    'section',
    'verdict',
    'severity',
    'category',
    'search',
    'rule',
  ),
});
const groups = createRoute({
  getParentRoute: () => shell,
  path: '/groups',
  component: lazyRouteComponent(() => import('@/screens/groups/GroupsScreen'), 'GroupsScreen'),
  validateSearch: texts('search', 'status', 'at', 'lens'),
});
const addGroup = createRoute({
  getParentRoute: () => shell,
  path: '/groups/add',
  component: lazyRouteComponent(() => import('@/screens/group/AddGroupScreen'), 'AddGroupScreen'),
});
const group = createRoute({
  getParentRoute: () => shell,
  path: '/groups/$group',
  component: lazyRouteComponent(() => import('@/screens/group/GroupScreen'), 'GroupScreen'),
  validateSearch: texts('tab', 'edit', 'at', 'lens'),
});
const scan = createRoute({
  getParentRoute: () => shell,
  path: '/scans/$scan',
  component: lazyRouteComponent(() => import('@/screens/scan/ScanScreen'), 'ScanScreen'),
  validateSearch: texts('tab', 'verdict', 'search', 'rule', 'framework', 'rules', 'values'),
});
const fleetScans = createRoute({
  getParentRoute: () => shell,
  path: '/fleet-scans',
  component: lazyRouteComponent(
    () => import('@/screens/fleet-scans/FleetScansScreen'),
    'FleetScansScreen',
  ),
});
const fleetScan = createRoute({
  getParentRoute: () => shell,
  path: '/fleet-scans/$fleetScan',
  component: lazyRouteComponent(
    () => import('@/screens/fleet-scan/FleetScanScreen'),
    'FleetScanScreen',
  ),
  validateSearch: texts('state'),
});
const rules = createRoute({
  getParentRoute: () => shell,
  path: '/rules',
  component: lazyRouteComponent(() => import('@/screens/rules/RulesScreen'), 'RulesScreen'),
  validateSearch: texts(...RULE_SEARCH),
});
const rule = createRoute({
  getParentRoute: () => shell,
  path: '/rules/$rule',
  component: lazyRouteComponent(() => import('@/screens/rule/RuleScreen'), 'RuleScreen'),
});
const rulePacks = createRoute({
  getParentRoute: () => shell,
  path: '/rules/packs',
  component: lazyRouteComponent(
    () => import('@/screens/rule-packs/RulePacksScreen'),
    'RulePacksScreen',
  ),
});
const rulePack = createRoute({
  getParentRoute: () => shell,
  path: '/rules/packs/$pack',
  component: lazyRouteComponent(
    () => import('@/screens/rule-pack/RulePackScreen'),
    'RulePackScreen',
  ),
  validateSearch: texts('version'),
});
const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  component: lazyRouteComponent(
    () => import('@/screens/activity/ActivityScreen'),
    'ActivityScreen',
  ),
});
const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  component: lazyRouteComponent(() => import('@/screens/audit/AuditScreen'), 'AuditScreen'),
  validateSearch: texts('action'),
});
const credentials = createRoute({
  getParentRoute: () => shell,
  path: '/credentials',
  component: lazyRouteComponent(
    () => import('@/screens/credentials/CredentialsScreen'),
    'CredentialsScreen',
  ),
});
const preferences = createRoute({
  getParentRoute: () => shell,
  path: '/preferences',
  component: lazyRouteComponent(
    () => import('@/screens/preferences/PreferencesScreen'),
    'PreferencesScreen',
  ),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(
    () => import('@/screens/settings/SettingsScreen'),
    'SettingsScreen',
  ),
  validateSearch: texts('tab'),
});
const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  component: lazyRouteComponent(() => import('@/screens/users/UsersScreen'), 'UsersScreen'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    setup,
    logIn,
    shell.addChildren([
      hosts,
      hostsByName,
      addHost,
      host,
      groups,
      addGroup,
      group,
      scan,
      fleetScans,
      fleetScan,
      rules,
      rule,
      rulePacks,
      rulePack,
      activity,
      audit,
      credentials,
      settings,
      users,
      preferences,
    ]),
  ]),
  // Every parameter is a text: 5.1 is a section, not a number.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined);
    const text = new URLSearchParams(given as [string, string][]).toString();
    return text && `?${text}`;
  },
  // The code of a screen is fetched when the pointer is on its link.
  defaultPreload: 'intent',
  defaultErrorComponent: BrokenScreen,
  defaultPendingComponent: () => <Loader m="md" aria-label="Loading the screen" />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
