/** The suites that can be chosen, and the chosen one, wherever it stands among them. */
import { useQuery } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { isNotFound } from '../../shared/http/api.js'
import { useApi } from '../api.js'
import { suitesApi } from '../suites/api.js'
import { SUITES, useAllSuites } from '../suites/useSuites.js'

/** @param {import('vue').MaybeRefOrGetter<string>} chosen id; empty for none */
export function useSuiteChoice(chosen) {
  const server = suitesApi(useApi())
  const { suites: listed, error, isLoading } = useAllSuites()
  const isListed = computed(() => listed.value.some(({ id }) => id === toValue(chosen)))
  const one = useQuery({
    queryKey: computed(() => [SUITES, toValue(chosen), 'detail']),
    queryFn: ({ signal }) => server.one(toValue(chosen), signal),
    enabled: computed(() => Boolean(toValue(chosen)) && !isLoading.value && !isListed.value),
  })
  const suites = computed(() => {
    const { value } = one.data
    return value && !isListed.value && value.id === toValue(chosen)
      ? [value, ...listed.value]
      : listed.value
  })
  return {
    suites,
    error,
    isLoading,
    chosen: computed(() => suites.value.find(({ id }) => id === toValue(chosen))),
    /** Whether there is no such suite; where it could not be asked for, nobody says so. */
    isGone: computed(() => !isLoading.value && !isListed.value && isNotFound(one.error.value)),
  }
}
