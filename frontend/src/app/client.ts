// The one connection to the API: queries and mutations over HTTP with the session cookie,
// subscriptions over one WebSocket. Things with an id are kept once, so a live update of a host is
// seen on every screen.
import { cacheExchange } from '@urql/exchange-graphcache';
import { createClient as createSocket } from 'graphql-ws';
import { Client, fetchExchange, mapExchange, subscriptionExchange } from 'urql';
import { rememberPreference } from './preferences';

const socket = createSocket({
  url: `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/graphql`,
  lazy: true,
  // One screen gives way to the next: the socket stays for it.
  lazyCloseTimeout: 10_000,
  retryAttempts: Number.POSITIVE_INFINITY,
  // 4403: the session has ended; there is no use in trying again.
  shouldRetry: (event) => !(event instanceof CloseEvent && event.code === 4403),
});

/** Things without an id of their own belong to what holds them. */
const embedded = () => null;

const cache = cacheExchange({
  keys: {
    ActivityMessage: embedded,
    Actor: embedded,
    ApiVersion: embedded,
    AuditChange: embedded,
    ConnectionFailure: embedded,
    ConnectionTest: embedded,
    EffectiveTarget: embedded,
    EffectiveVariable: embedded,
    Evidence: embedded,
    Benchmark: embedded,
    CheckStep: embedded,
    FacetValue: embedded,
    Fact: embedded,
    FactRead: embedded,
    FailedRule: embedded,
    FrameworkTarget: embedded,
    Gate: embedded,
    GroupChanged: embedded,
    GroupCondition: embedded,
    GroupPreview: embedded,
    GroupRule: embedded,
    FleetScanChanged: embedded,
    FleetScanChoice: embedded,
    FleetScanCounts: embedded,
    FleetScanFailureCount: embedded,
    FleetScanHost: embedded,
    FleetScanLimits: embedded,
    HostChanged: embedded,
    HostKey: embedded,
    HostLens: embedded,
    Implementation: embedded,
    JudgedSide: embedded,
    JudgingWay: embedded,
    Judgement: embedded,
    Lens: (lens) => lens.key as string,
    LensSection: embedded,
    LocalConnection: embedded,
    Maintenance: embedded,
    Platform: embedded,
    Posture: embedded,
    PresentedKey: embedded,
    ProfileValue: embedded,
    RejudgeCount: embedded,
    RejudgedRule: embedded,
    Rejudgement: embedded,
    Remediation: embedded,
    RemediationStep: embedded,
    RollUp: embedded,
    RuleExample: embedded,
    RuleExplanation: embedded,
    RuleVariable: embedded,
    RuleFacets: embedded,
    RulePackChange: embedded,
    RulePackFile: embedded,
    RulePackOfRule: embedded,
    RulePackReference: embedded,
    RulePackRule: embedded,
    RulePackTrust: embedded,
    RuleReference: embedded,
    RuleVersion: embedded,
    ScanContext: embedded,
    ScanCost: embedded,
    ScanFailure: embedded,
    ScanLogin: embedded,
    ScanMembership: embedded,
    ScanProgress: embedded,
    Settings: embedded,
    Setup: embedded,
    Source: embedded,
    SshConnection: embedded,
    SshKey: embedded,
    StrictVerdict: embedded,
    VerdictMeaning: embedded,
    Target: embedded,
    Totals: embedded,
    Transition: embedded,
    Variable: embedded,
    VariableDeviation: embedded,
    VariableProfile: embedded,
    VariableValue: embedded,
    Viewer: embedded,
    Preference: (preference) => preference.key as string,
  },
  optimistic: {
    // The page follows at once; a refusal takes it back.
    changePreference: ({ input }) => ({
      __typename: 'PreferencePayload',
      errors: [],
      preference: { __typename: 'Preference', ...(input as object) },
    }),
  },
  updates: {
    Mutation: {
      // Lists that the mutation may have changed are asked for again when they are shown.
      registerHost: (_result, _args, store) => store.invalidate('Query', 'hosts'),
      createGroup: (_result, _args, store) => store.invalidate('Query', 'groups'),
      removeGroup: (_result, _args, store) => store.invalidate('Query', 'groups'),
      restoreGroup: (_result, _args, store) => store.invalidate('Query', 'groups'),
      setOrganisationTarget: (_result, _args, store) => store.invalidate('Query', 'settings'),
      setEnabledLenses: (_result, _args, store) => {
        // Whatever is seen by a framework may be seen by others now.
        for (const field of ['lenses', 'settings', 'ruleFacets', 'host', 'hosts'])
          store.invalidate('Query', field);
      },
      createRulePack: (_result, _args, store) => store.invalidate('Query', 'rulePacks'),
      removeRulePack: (_result, _args, store) => store.invalidate('Query', 'rulePacks'),
      createCredential: (_result, _args, store) => store.invalidate('Query', 'credentials'),
      removeCredential: (_result, _args, store) => store.invalidate('Query', 'credentials'),
      changePreference: (result, _args, store) => rememberPreference(result, store),
      editCredential: (_result, _args, store) => store.invalidate('Query', 'credentials'),
      makeDefaultCredential: (_result, _args, store) => store.invalidate('Query', 'credentials'),
      createUser: (_result, _args, store) => store.invalidate('Query', 'users'),
      createToken: (_result, _args, store) => store.invalidate('Query', 'tokens'),
    },
  },
});

export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  requestPolicy: 'cache-and-network',
  fetchOptions: { headers: { 'x-openwatch-csrf': '1' }, credentials: 'same-origin' },
  exchanges: [
    mapExchange({
      onError: ({ graphQLErrors }) => {
        // The session has ended while the page was open.
        const ended = graphQLErrors.some((one) => one.extensions['code'] === 'UNAUTHENTICATED');
        if (ended && window.location.pathname !== '/log-in') window.location.assign('/log-in');
      },
    }),
    cache,
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: (operation) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe({ ...operation, query: operation.query ?? '' }, sink),
        }),
      }),
    }),
  ],
});
