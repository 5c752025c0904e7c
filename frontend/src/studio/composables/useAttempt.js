/** Something that one does, which may fail: whether it is under way, and why it could not be done. */
import { ref } from 'vue'

export function useAttempt() {
  const isBusy = ref(false)
  /** A sentence; empty where nothing is wrong. */
  const problem = ref('')

  /** @param {() => Promise<unknown>} act @returns {Promise<boolean>} whether it was done */
  async function attempt(act) {
    isBusy.value = true
    problem.value = ''
    try {
      await act()
      return true
    } catch (error) {
      problem.value = /** @type {Error} */ (error).message
      return false
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, problem, attempt }
}
