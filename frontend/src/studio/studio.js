/** Studio's parts, made once per app: whoever comes back from the leaderboard is signed in still. */
import { effectScope, provide, watch } from 'vue'
import { createApi } from '../shared/http/api.js'
import { API, createStudioApi } from './api.js'
import { createJobs } from './jobs/jobs.js'
import { JOBS } from './jobs/useJobs.js'
import { createStudioQueryClient, provideQueryClient } from './queryClient.js'
import { createSession } from './session/session.js'
import { createTabs } from './session/tabs.js'
import { SESSION } from './session/useSession.js'
import { createSocket, SOCKET } from './socket.js'

/** @typedef {ReturnType<typeof createStudio>} Studio */

/** @type {WeakMap<import('vue').App, Studio>} */
const studios = new WeakMap()

function createStudio() {
  const tabs = createTabs()
  const session = createSession({ api: createApi(), tabs })
  const api = createStudioApi(session)
  const socket = createSocket({ api, session })
  const queryClient = createStudioQueryClient()
  const jobs = createJobs({ api, socket, session, queryClient })

  // What one person was shown is not for the next.
  watch(
    () => session.user.value?.id,
    () => {
      queryClient.clear()
      if (session.isSignedIn.value) socket.restart()
    },
    { flush: 'sync' },
  )
  // What failed for want of a session is asked for again.
  watch(session.state, (now, before) => {
    if (now === 'signed-in' && before === 'expired') queryClient.invalidateQueries()
  })

  return {
    session,
    api,
    socket,
    queryClient,
    jobs,
    close() {
      session.close()
      socket.stop()
      tabs.close()
      queryClient.clear()
    },
  }
}

/** @param {import('vue').App} app @returns {Studio} */
export function studioOf(app) {
  const known = studios.get(app)
  if (known) return known
  const scope = effectScope(true)
  const studio = /** @type {Studio} */ (scope.run(createStudio))
  studios.set(app, studio)
  app.onUnmount(() => {
    studio.close()
    scope.stop()
  })
  return studio
}

/** For all components below the one that calls this. @param {Studio} studio */
export function provideStudio({ session, api, socket, queryClient, jobs }) {
  provide(SESSION, session)
  provide(API, api)
  provide(SOCKET, socket)
  provide(JOBS, jobs)
  provideQueryClient(queryClient)
}
