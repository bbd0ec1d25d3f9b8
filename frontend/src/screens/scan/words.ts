// Causes and ways of a scan in words.
import type { AuthMethod, RejudgeCause, ScanTrigger } from '@/graphql/generated/graphql';

export const TRIGGERS: Record<ScanTrigger, string> = {
  ON_DEMAND: 'asked for',
  REGISTRATION: 'the host was registered',
  COMMAND_LINE: 'recorded from the command line',
  FLEET_SCAN: 'part of a fleet scan',
  TRIAL: 'a trial of rules',
};

export const CAUSES: Record<RejudgeCause, string> = {
  RULE_CHANGED: 'the rule changed',
  RULE_ADDED: 'the rule is new',
  RULE_REMOVED: 'the rule is gone',
  VARIABLE_CHANGED: 'a variable changed',
  SELECTED: 'it was not selected then',
  NOT_SELECTED: 'not selected',
  ENGINE_CHANGED: 'OpenWatch judges differently now',
};

export const METHODS: Record<AuthMethod, string> = {
  PASSWORD: 'password',
  KEY: 'private key',
  KEY_AND_PASSWORD: 'private key and password',
  AGENT: 'SSH agent',
};

/** Bytes in the largest unit that leaves a whole number. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${Math.round(count / 1024)} KiB`;
  return `${(count / 1024 / 1024).toFixed(1)} MiB`;
}
