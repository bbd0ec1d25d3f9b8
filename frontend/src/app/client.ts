// The one connection to the API: queries and mutations over HTTP with the session cookie,
// subscriptions over one WebSocket. Things with an id are kept once, so a live update of a host is
// seen on every screen.
import { type Cache, cacheExchange } from '@urql/exchange-graphcache';
import { Client, fetchExchange, mapExchange, subscriptionExchange } from 'urql';
import { embedded } from './embedded';
import { rememberPreference } from './preferences';
import { beginAnew, logInPath, SessionQuery } from './session';
import { openSocket } from './socket';

export const socket = openSocket({
  url: `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/graphql`,
  // Whether the session has ended says the session itself; the frame of the screens follows it.
  onRefused: () => {
    client.query(SessionQuery, {}, { requestPolicy: 'network-only' }).subscribe(() => undefined);
  },
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
        if (ended && window.location.pathname !== '/log-in') beginAnew(logInPath(window.location));
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
