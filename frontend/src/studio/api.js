/** Studio's API: asked with the session's token, which is renewed before it is over, and once more where it is refused. */
import { inject } from 'vue'
import { createApi } from '../shared/http/api.js'
import { exactBody } from './suites/exactText.js'

/** @typedef {ReturnType<typeof createApi>} Api */

/**
 * @typedef {object} User
 * @property {string} id 32 hex digits, as all ids are
 * @property {string} email
 * @property {'admin' | 'user'} role
 * @property {boolean} onboarding_completed
 * @property {boolean} is_demo whether it is gone when the server stops
 */

/** @typedef {'pending' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted'} JobStatus */

/**
 * @typedef {object} Job times are ISO 8601, UTC
 * @property {string} id that of its run, too
 * @property {number} seq the number of its newest event
 * @property {string} job_type e.g. `benchmark`
 * @property {JobStatus} status
 * @property {number} progress_pct 0 to 100
 * @property {string} progress_detail a sentence, or empty
 * @property {string} params_json
 * @property {string | null} result_ref
 * @property {string | null} error_msg
 * @property {string} created_at
 * @property {string | null} started_at
 * @property {string | null} completed_at
 */

/** @type {import('vue').InjectionKey<Api>} */
export const API = Symbol('studio api')

/**
 * @param {Pick<import('./session/session.js').Session, 'token' | 'renew' | 'ensureFresh'>} session
 * @returns {Api}
 */
export function createStudioApi({ token, renew, ensureFresh }) {
  const api = createApi({ token, refresh: renew, fileName: 'studio.csv' })
  /**
   * @template {any[]} A
   * @template R
   * @param {(...args: A) => Promise<R>} ask
   * @returns {(...args: A) => Promise<R>}
   */
  const whenFresh =
    (ask) =>
    async (...args) => {
      await ensureFresh()
      return ask(...args)
    }
  /** Whole numbers come as they are in answers, however large, and go so. @type {typeof api.send} */
  const send = (method, path, body, options) => api.send(method, path, exactBody(body), options)
  return {
    getJson: whenFresh(api.getJson),
    send: whenFresh(send),
    getFile: whenFresh(api.getFile),
  }
}

/** @returns {Api} */
export function useApi() {
  const api = inject(API)
  if (!api) throw new Error('useApi needs StudioRoot around it')
  return api
}
