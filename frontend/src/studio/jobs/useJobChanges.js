/** For lists of what jobs make: they are asked for anew when a job of theirs is new, begins or ends. */
import { computed, watch } from 'vue'
import { useJobs } from './useJobs.js'

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
}
