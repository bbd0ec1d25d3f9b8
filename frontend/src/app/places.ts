// The places of the navigation, in their order. A new screen is one line here and one in the router.
import {
  IconActivity,
  IconChecklist,
  IconKey,
  IconSearch,
  IconReportSearch,
  IconServer,
  IconSettings,
  IconStack2,
  IconUsers,
} from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';
import type { ComponentType } from 'react';

export interface Place {
  to: NonNullable<LinkProps['to']>;
  label: string;
  icon: ComponentType<{ size?: number; 'aria-hidden'?: boolean }>;
  /** The permission without which it is not shown. */
  needs: string;
  /** Other paths that belong to it. */
  also?: string[];
}

export const PLACES: Place[] = [
  { to: '/', label: 'Hosts', icon: IconServer, needs: 'host:read', also: ['/hosts', '/scans'] },
  { to: '/groups', label: 'Groups', icon: IconStack2, needs: 'group:read' },
  { to: '/fleet-scans', label: 'Fleet scans', icon: IconSearch, needs: 'scan:read' },
  { to: '/rules', label: 'Rules', icon: IconChecklist, needs: 'rule:read' },
  { to: '/activity', label: 'Activity', icon: IconActivity, needs: 'activity:read' },
  { to: '/audit', label: 'Audit', icon: IconReportSearch, needs: 'audit:read' },
  { to: '/credentials', label: 'Credentials', icon: IconKey, needs: 'credential:read' },
  { to: '/settings', label: 'Settings', icon: IconSettings, needs: 'settings:read' },
  { to: '/users', label: 'Users', icon: IconUsers, needs: 'user:read' },
];

/** Whether a path is the place or below it. */
export function isAt(place: Place, path: string) {
  const below = (base: string) => path === base || path.startsWith(`${base}/`);
  return path === place.to || (place.to !== '/' && below(place.to)) || !!place.also?.some(below);
}
