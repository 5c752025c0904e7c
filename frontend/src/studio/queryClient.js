/** Studio's own cache of answers: what it is refused is no reason to ask for the dashboard's token. */
import { VUE_QUERY_CLIENT } from '@tanstack/vue-query'
import { provide } from 'vue'
import { createQueryClient } from '../shared/http/queryClient.js'

/** The session notices by itself when it has ended. */
export const createStudioQueryClient = () => createQueryClient({ onUnauthorized: () => {} })

/**
 * `useQuery` and the like, below the component that calls this, ask by this client.
 * @param {import('@tanstack/vue-query').QueryClient} client
 */
export const provideQueryClient = (client) => provide(VUE_QUERY_CLIENT, client)
