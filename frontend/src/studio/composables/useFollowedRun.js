/** A run of any kind, followed while it is under way: what is shown as running is asked for until it is known to have ended. */
import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, toValue, watch } from 'vue'
import { isOver } from '../jobs/jobList.js'
import { useJobs } from '../jobs/useJobs.js'
import { useSocket } from '../socket.js'
import { throttled } from './throttled.js'

/** @typedef {import('../socket.js').StudioEvent} StudioEvent */
/** @typedef {{ state: import('../helpers/types.js').RunState, started_at: string | null }} AnyRun */

/** Figures are the server's: asked for again while answers come, but not after each. */
const REFRESH_MS = 1_500
/** Where nobody tells of it. */
const POLL_MS = 2_500
const ENDED = ['job_completed', 'job_failed', 'job_cancelled']
/** A slow answer is waited for: were it given up for the next one, none would ever come. */
export const WAITING = { cancelRefetch: false }

/**
 * @template {AnyRun} T
 * @param {object} parts
 * @param {import('vue').MaybeRefOrGetter<string>} parts.id
 * @param {import('vue').MaybeRefOrGetter<readonly unknown[]>} parts.queryKey
 * @param {(signal: AbortSignal) => Promise<T>} parts.ask
 * @param {() => unknown} parts.askRest asks anew for what else is shown of it
 * @param {(event: StudioEvent) => void} parts.receive what it tells by the socket
 * @param {string[]} parts.begins names of events by which it is under way
 */
export function useFollowedRun({ id, queryKey, ask, askRest, receive, begins }) {
  const socket = useSocket()
  const jobs = useJobs()
  const isLost = computed(() => socket.state.value === 'lost')
  const isPolled = ref(false)
  const { data, error, isPending, dataUpdatedAt, refetch } = useQuery({
    queryKey: computed(() => toValue(queryKey)),
    queryFn: ({ signal }) => ask(signal),
    refetchInterval: computed(() => (isPolled.value ? POLL_MS : /** @type {const} */ (false))),
  })
  const isLive = computed(() => data.value?.state === 'running')
  const job = computed(() => jobs.byId(toValue(id)))
  /** Told by the socket, of the one that is on show; the list of jobs may know it as well. */
  const endTold = ref('')
  const hasEnded = computed(
    () => endTold.value === toValue(id) || Boolean(job.value && isOver(job.value)),
  )
  // One that waits may begin before anybody follows it; of one that has ended, the answer may have failed.
  watch(
    () => isLive.value && (isLost.value || !data.value?.started_at || hasEnded.value),
    (now) => (isPolled.value = now),
    { immediate: true, flush: 'sync' },
  )

  const askAll = () => Promise.all([refetch(), askRest()])
  const refresh = throttled(() => refetch(WAITING), REFRESH_MS)

  /** Whose end is asked for at the moment. */
  let finishing = ''
  async function finish() {
    const mine = toValue(id)
    if (finishing === mine) return
    finishing = mine
    refresh.cancel()
    await askAll()
    if (finishing === mine) finishing = ''
  }

  /** @param {StudioEvent} event */
  function hear(event) {
    // The job begins, then the run: what is told between the two still says that it waits.
    if (event.type === 'job_started' || begins.includes(event.type)) askAll()
    // In place of events that the server does not keep any more.
    if (event.type === 'snapshot') finish()
    receive(event)
    if (!ENDED.includes(event.type)) return
    endTold.value = toValue(id)
    finish()
  }

  let unfollow = () => {}
  watch(
    () => (isLive.value ? toValue(id) : ''),
    (runId, before) => {
      // It may have ended while nobody could tell of it.
      if (before && before === toValue(id)) finish()
      unfollow()
      unfollow = runId ? socket.follow(runId, hear, { after: null }) : () => {}
    },
    { immediate: true },
  )
  // Its end may have been told between the server's answer and the moment from which it is followed.
  watch(
    () => isLive.value && hasEnded.value,
    (isBehind) => isBehind && finish(),
  )
  // What was missed meanwhile is in the answers.
  watch(socket.state, (state, before) => {
    if (state === 'open' && before !== 'open' && isLive.value) askAll()
  })
  onScopeDispose(() => {
    unfollow()
    refresh.cancel()
  })

  return {
    run: data,
    error,
    isLoading: isPending,
    isLive,
    /** Whether figures may be older than they seem: it is under way, and nobody tells us of it. */
    isStale: computed(() => isLive.value && isLost.value),
    /** When the figures were asked for; milliseconds since 1970. */
    updatedAt: dataUpdatedAt,
    job,
    /** How many jobs of one's own go before it; null where it does not wait. */
    place: computed(() => {
      const at = jobs.queued.value.findIndex((one) => one.id === toValue(id))
      return at < 0 ? null : at + jobs.active.value.length
    }),
    /** How often the rest is asked for, too; false where its events tell all. */
    restInterval: computed(() =>
      isLive.value && isLost.value ? POLL_MS : /** @type {const} */ (false),
    ),
    refetch,
    /** Asks for its figures soon. */
    refresh,
    /** Asks for all of it now. */
    askAll,
  }
}
