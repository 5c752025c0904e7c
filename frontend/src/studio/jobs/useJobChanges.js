/** For lists of what jobs make: they are asked for anew when a job of theirs is new, begins or ends. */
import { computed, onScopeDispose, watch } from 'vue'
import { throttled } from '../composables/throttled.js'
import { useSocket } from '../socket.js'
import { useJobs } from './useJobs.js'

/** Jobs that begin together are asked for together. */
const BEGUN_MS = 300

/**
 * @param {string} type of the jobs
 * @param {() => unknown} act
 */
export function useJobChanges(type, act) {
  const { all, isKnown } = useJobs()
  // Of what the list says, not of single events: with a lost connection, jobs end as well.
  const states = computed(() =>
    isKnown.value
      ? all.value
          .filter(({ job_type }) => job_type === type)
          .map(({ id, status }) => `${id} ${status}`)
          .join()
      : null,
  )
  watch(states, (_now, before) => before !== null && act())
  // The job begins, then what it makes: what is told between the two still says that it waits.
  const begun = throttled(act, BEGUN_MS)
  onScopeDispose(useSocket().listen((event) => event.type === `${type}_init` && begun()))
  onScopeDispose(begun.cancel)
}
