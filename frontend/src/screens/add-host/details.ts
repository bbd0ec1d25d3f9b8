// A host as its form holds it, and as the API takes it.
import type {
  HostDetailsInput,
  HostKeyInput,
  HostKeyPolicy,
  HostPageFragment,
  SshConnectionInput,
  SudoMode,
} from '@/graphql/generated/graphql';

export interface HostValues {
  name: string;
  environment: string;
  description: string;
  tags: string[];
  way: 'SSH' | 'LOCAL';
  address: string;
  port: number | string;
  /** Null: the default one. */
  credential: string | null;
  sudo: SudoMode;
  hostKeyPolicy: HostKeyPolicy;
  throughJump: boolean;
  jump: { address: string; port: number | string; credential: string | null };
}

export const NEW_HOST: HostValues = {
  name: '',
  environment: 'production',
  description: '',
  tags: [],
  way: 'SSH',
  address: '',
  port: 22,
  credential: null,
  sudo: 'NONE',
  hostKeyPolicy: 'STRICT',
  throughJump: false,
  jump: { address: '', port: 22, credential: null },
};

/** The fields that an error of the API may be about. */
export const HOST_FIELDS = [
  'name',
  'environment',
  'description',
  'tags',
  'address',
  'port',
  'credential',
  'sudo',
  'hostKeyPolicy',
  'jump.address',
  'jump.port',
  'jump.credential',
] as const;

const port = (value: number | string) =>
  Number(value) >= 1 && Number(value) <= 65_535 ? null : 'From 1 to 65535';
const address = (value: string) => (value.trim() ? null : 'Host name or IP address');

/** What can be told before the API is asked. */
export const VALIDATE = {
  name: (value: string) => (value.trim() ? null : 'Give it a name'),
  environment: (value: string) => (value.trim() ? null : 'Production, staging, …'),
  address: (value: string, all: HostValues) => (all.way === 'SSH' ? address(value) : null),
  port: (value: number | string, all: HostValues) => (all.way === 'SSH' ? port(value) : null),
  jump: {
    address: (value: string, all: HostValues) => (jumps(all) ? address(value) : null),
    port: (value: number | string, all: HostValues) => (jumps(all) ? port(value) : null),
    credential: (value: string | null, all: HostValues) =>
      jumps(all) && !value ? 'The host on the way needs a credential of its own' : null,
  },
};

const jumps = (values: HostValues) => values.way === 'SSH' && values.throughJump;

/** The form of a host that exists. */
export function valuesOf(host: HostPageFragment): HostValues {
  const { name, environment, description, tags, connection } = host;
  const common = { ...NEW_HOST, name, environment, description, tags };
  if (connection.__typename === 'LocalConnection') return { ...common, way: 'LOCAL' };
  return {
    ...common,
    address: connection.address,
    port: connection.port,
    credential: connection.credential?.id ?? null,
    sudo: connection.sudo,
    hostKeyPolicy: connection.hostKeyPolicy,
    throughJump: Boolean(connection.jumpAddress),
    jump: {
      address: connection.jumpAddress ?? '',
      port: connection.jumpPort ?? 22,
      credential: connection.jumpCredential?.id ?? null,
    },
  };
}

/** How the host is reached, for the API. */
export function sshOf(values: HostValues): SshConnectionInput {
  const { credential, sudo, hostKeyPolicy, jump } = values;
  return {
    address: values.address.trim(),
    port: Number(values.port),
    credential,
    sudo,
    hostKeyPolicy,
    jump: jumps(values)
      ? {
          address: jump.address.trim(),
          port: Number(jump.port),
          credential: jump.credential ?? '',
        }
      : null,
  };
}

/** Everything about the host, for the API. */
export function detailsOf(values: HostValues): HostDetailsInput {
  return {
    name: values.name.trim(),
    environment: values.environment.trim(),
    description: values.description.trim(),
    tags: values.tags,
    connection: values.way === 'LOCAL' ? { local: true } : { ssh: sshOf(values) },
  };
}

/** Keys where a new one takes the place of the old one of its endpoint and algorithm. */
export function withKeys(old: HostKeyInput[], confirmed: HostKeyInput[]): HostKeyInput[] {
  const slot = (key: HostKeyInput) => `${key.endpoint} ${key.algorithm}`;
  const replaced = new Set(confirmed.map(slot));
  return [...old.filter((key) => !replaced.has(slot(key))), ...confirmed];
}
