// The one connection to the API: queries and mutations over HTTP with the session cookie,
// subscriptions over one WebSocket. Things with an id are kept once, so a live update of a host is
// seen on every screen.
import { type Cache, cacheExchange } from '@urql/exchange-graphcache';
import { createClient as createSocket } from 'graphql-ws';
import { Client, fetchExchange, mapExchange, subscriptionExchange } from 'urql';
import { embedded } from './embedded';
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

type Update = (result: unknown, args: unknown, store: Cache) => void;

/** Lists that a mutation may have changed are asked for again when they are shown. */
const asksAnew =
  (...fields: string[]): Update =>
  (_result, _args, store) => {
    for (const field of fields) store.invalidate('Query', field);
  };

const cache = cacheExchange({
  keys: {
    Actor: () => null,
    ...(import.meta.env.DEV ? embedded() : {}),
    Lens: (lens) => lens.key as string,
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
      registerHost: asksAnew('hosts'),
      createGroup: asksAnew('groups'),
      removeGroup: asksAnew('groups'),
      restoreGroup: asksAnew('groups'),
      setOrganisationTarget: asksAnew('settings'),
      // Whatever is seen by a framework may be seen by others now.
      setEnabledLenses: asksAnew('lenses', 'settings', 'ruleFacets', 'host', 'hosts'),
      createRulePack: asksAnew('rulePacks'),
      removeRulePack: asksAnew('rulePacks'),
      createCredential: asksAnew('credentials'),
      removeCredential: asksAnew('credentials'),
      changePreference: (result, _args, store) => rememberPreference(result, store),
      editCredential: asksAnew('credentials'),
      makeDefaultCredential: asksAnew('credentials'),
      createUser: asksAnew('users'),
      createToken: asksAnew('tokens'),
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
