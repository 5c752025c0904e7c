/** What a run would come to, asked for while its form is filled in. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, shallowRef, toValue, watch } from 'vue'
import { useApi } from '../api.js'
import { exactText } from '../suites/exactText.js'

const PAUSE_MS = 300
/** Nobody is kept from a run by what it would come to. */
const PATIENCE_MS = 3_000

/**
 * @template {{ label?: string }} R
 * @template [E=import('../helpers/types.js').Estimate]
 * @param {import('vue').MaybeRefOrGetter<R | null>} request none where the form cannot be sent
 * @param {string} [path] of what is asked
 */
export function useEstimate(request, path = '/api/benchmark/estimate') {
  const api = useApi()
  const asked = shallowRef(/** @type {R | null} */ (toValue(request)))
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  // The form may make the same request anew: profiles that were asked for once more, say.
  const text = computed(() => exactText(toValue(request)))
  watch(text, () => {
    clearTimeout(timer)
    const next = toValue(request)
    if (next) timer = setTimeout(() => (asked.value = next), asked.value ? PAUSE_MS : 0)
  })
  onScopeDispose(() => clearTimeout(timer))

  const { data, error, isFetching, isPlaceholderData } = useQuery({
    // A label changes nothing about what it comes to.
    queryKey: computed(() => ['estimate', path, exactText({ ...asked.value, label: '' })]),
    queryFn: async ({ signal }) =>
      /** @type {E} */ (await api.send('POST', path, asked.value, { signal })),
    enabled: computed(() => Boolean(asked.value)),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
  const isOutdated = computed(
    () => isPlaceholderData.value || exactText(asked.value) !== text.value,
  )
  return {
    estimate: computed(() => (toValue(request) ? data.value : undefined)),
    error,
    /** Whether it belongs to what the form said before. */
    isOutdated,
    /** @returns {Promise<void>} once it belongs to what the form says now, or soon, where that takes long */
    settled: () =>
      new Promise((resolve) => {
        if (!isOutdated.value) return resolve()
        const unwatch = watch(isOutdated, (is) => is || end())
        const patience = setTimeout(end, PATIENCE_MS)
        function end() {
          unwatch()
          clearTimeout(patience)
          resolve()
        }
      }),
    isLoading: computed(() => isFetching.value && !data.value),
  }
}
