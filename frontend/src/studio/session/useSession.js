/** The session of this tab, for components. */
import { inject } from 'vue'

/** @typedef {import('./session.js').Session} Session */

/** @type {import('vue').InjectionKey<Session>} */
export const SESSION = Symbol('studio session')

/** @returns {Session} */
export function useSession() {
  const session = inject(SESSION)
  if (!session) throw new Error('useSession needs StudioRoot around it')
  return session
}
