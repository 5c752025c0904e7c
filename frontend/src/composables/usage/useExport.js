/** Saves the range on show as a file, made by the server of the same rows as the page. */
import { computed, onScopeDispose, ref } from 'vue'
import { getFile } from '../../helpers/server/api.js'
import { saveFile } from '../../shared/browser/saveFile.js'
import { useAuth } from '../server/useAuth.js'
import { useFilters } from '../filters/useFilters.js'

export function useExport() {
  const { range } = useFilters()
  const auth = useAuth()
  const error = ref(/** @type {Error | null} */ (null))
  const running = ref(/** @type {AbortController | null} */ (null))
  onScopeDispose(() => running.value?.abort())

  /** @param {{ breakdown: boolean }} options with a row for each key and model, or for each team @returns {Promise<boolean>} */
  async function save({ breakdown }) {
    running.value?.abort()
    const controller = new AbortController()
    running.value = controller
    error.value = null
    const params = {
      start_date: range.value.start,
      end_date: range.value.end,
      breakdown: breakdown ? undefined : 'false',
      format: 'csv',
    }
    try {
      saveFile(await getFile('/tokens', params, { signal: controller.signal }))
      return true
    } catch (failure) {
      if (controller.signal.aborted) return false
      if (isUnauthorized(failure)) auth.demand()
      error.value = /** @type {Error} */ (failure)
      return false
    } finally {
      if (running.value === controller) running.value = null
    }
  }
  return { save, error, isRunning: computed(() => running.value !== null) }
}

/** @param {any} error */
const isUnauthorized = (error) => error?.code === 'unauthorized'
