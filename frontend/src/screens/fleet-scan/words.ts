// Fleet scans in words.
import type {
  FleetScanHostState,
  FleetScanLineFragment,
  FleetScanStatus,
  ScanFailureReason,
} from '@/graphql/generated/graphql';

export const STATUS: Record<FleetScanStatus, { word: string; color: string }> = {
  RUNNING: { word: 'Running', color: 'blue' },
  COMPLETED: { word: 'Completed', color: 'green' },
  CANCELLED: { word: 'Cancelled', color: 'gray' },
};

export const STATES: Record<FleetScanHostState, { word: string; color: string }> = {
  WAITING: { word: 'Waiting', color: 'gray' },
  RUNNING: { word: 'Running', color: 'blue' },
  COMPLETED: { word: 'Completed', color: 'green' },
  FAILED: { word: 'Failed', color: 'red' },
  SKIPPED: { word: 'Skipped', color: 'yellow' },
  CANCELLED: { word: 'Cancelled', color: 'gray' },
};

/** `HOST_UNREACHABLE` as a person says it. */
export function reasonInWords(reason: ScanFailureReason): string {
  const words = reason.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Which hosts were asked for. */
export function choiceInWords({ choice, counts }: FleetScanLineFragment): string {
  const hosts = counts.hosts === 1 ? '1 host' : `${counts.hosts} hosts`;
  if (choice.isRetry) return `${hosts} that had failed`;
  if (choice.isListed) return `${hosts}, chosen one by one`;
  const terms = [
    choice.search && `“${choice.search}”`,
    choice.environment && `environment ${choice.environment}`,
    choice.tag && `tag ${choice.tag}`,
    choice.os && `system ${choice.os}`,
    choice.group && `group ${choice.group.name}`,
    ...choice.also,
  ].filter(Boolean);
  return terms.length > 0 ? `${hosts} that matched ${terms.join(', ')}` : `all ${hosts}`;
}

/** Hosts that have come to their end. */
export function settled({ counts }: FleetScanLineFragment): number {
  return counts.completed + counts.failed + counts.skipped + counts.cancelled;
}
