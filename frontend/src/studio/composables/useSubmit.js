/** A form on its way to the server: what is wrong with which field, what could not be done, and how long to wait. */
import { computed, ref, shallowRef } from 'vue'
import { useWaitingTime } from '../session/useWaitingTime.js'

/** @typedef {import('../../shared/http/api.js').ApiError} ApiError */
/** @typedef {ReturnType<typeof useSubmit>} Submit */

const USUAL_WAIT_SECONDS = 60

/**
 * @param {object} [options]
 * @param {(error: ApiError) => string | null | undefined} [options.fieldOf] which field a refusal is about, where it is
 *   about one that is on show
 */
export function useSubmit({ fieldOf = () => null } = {}) {
  /** A sentence each, by field. */
  const problems = shallowRef(/** @type {Partial<Record<string, string>>} */ ({}))
  /** What belongs to no field; empty where nothing is wrong. */
  const failure = ref('')
  const isBusy = ref(false)
  const { seconds, wait } = useWaitingTime()
  /** Why nothing can be sent now; empty where it can. */
  const waiting = computed(() =>
    seconds.value ? `Too many attempts. Try again in ${seconds.value} s.` : '',
  )

  /** @param {ApiError} error */
  function tell(error) {
    if (error.status === 429) return wait(error.retryAfterSeconds ?? USUAL_WAIT_SECONDS)
    const field = fieldOf(error)
    if (field) problems.value = { [field]: error.message }
    else failure.value = error.message
  }

  function clear() {
    problems.value = {}
    failure.value = ''
  }

  /**
   * @param {() => Promise<unknown>} act
   * @param {Partial<Record<string, string>>} [found] what is wrong before the server is asked; it is not then
   * @returns {Promise<boolean>} whether it was done
   */
  async function submit(act, found = {}) {
    if (isBusy.value || waiting.value) return false
    clear()
    problems.value = found
    if (Object.keys(found).length) return false
    isBusy.value = true
    try {
      await act()
      return true
    } catch (error) {
      tell(/** @type {ApiError} */ (error))
      return false
    } finally {
      isBusy.value = false
    }
  }

  return { problems, failure, isBusy, waiting, submit, clear }
}
