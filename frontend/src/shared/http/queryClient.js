/** The one cache of answers, which also notices when the server asks for a token. */
import { QueryCache, QueryClient } from '@tanstack/vue-query'
import { ApiError } from './api.js'

/** @param {{ onUnauthorized: () => void }} options */
export function createQueryClient({ onUnauthorized }) {
  return new QueryClient({
    queryCache: new QueryCache({
      onError(error) {
        if (error instanceof ApiError && error.code === 'unauthorized') onUnauthorized()
      },
    }),
    defaultOptions: {
      queries: {
        // The server retries the gateway itself; a person has a button.
        retry: false,
        // A browser that believes itself offline may still reach a server on the same machine.
        networkMode: 'always',
      },
    },
  })
}
