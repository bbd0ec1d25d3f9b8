// How a host is reached, in words.
import type { HostKeyPolicy, SudoMode } from '@/graphql/generated/graphql';

export const SUDO: Record<SudoMode, string> = {
  NONE: 'not used',
  NOPASSWD: 'without a password',
  PASSWORD: 'with a password',
};

export const POLICY: Record<HostKeyPolicy, string> = {
  STRICT: 'each is confirmed by a person',
  TRUST_ON_FIRST_USE: 'the first of an address is trusted',
};
