/** The newest lines of the log, followed or held. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useApi } from '../api.js'
import { readLines } from './logLines.js'

const LOOK_EVERY_MS = 2_000

/**
 * @param {object} wanted
 * @param {import('vue').MaybeRefOrGetter<string>} wanted.level one or more, separated by commas; empty for all
 * @param {import('vue').MaybeRefOrGetter<string>} wanted.search
 * @param {import('vue').MaybeRefOrGetter<string>} wanted.lines how many
 * @param {import('vue').MaybeRefOrGetter<boolean>} wanted.isFollowed
 */
export function useLog({ level, search, lines, isFollowed }) {
  const api = useApi()
  const query = useQuery({
    queryKey: computed(() => [
      'admin',
      'log',
      { level: toValue(level), search: toValue(search), lines: toValue(lines) },
    ]),
    queryFn: async ({ signal }) => {
      const params = {
        lines: toValue(lines),
        level: toValue(level) || undefined,
        search: toValue(search) || undefined,
      }
      const answer = await api.getJson('/api/admin/logs', params, { signal })
      return /** @type {{ logs: string[] }} */ (answer)
    },
    refetchInterval: computed(() => (toValue(isFollowed) ? LOOK_EVERY_MS : false)),
    // What is held stays as it is, whatever window is looked at in between.
    refetchOnWindowFocus: () => toValue(isFollowed),
    placeholderData: keepPreviousData,
  })
  return {
    /** The oldest first; undefined until they are known. */
    lines: computed(() => query.data.value && readLines(query.data.value.logs)),
    error: query.error,
    isOutdated: query.isPlaceholderData,
    retry: () => query.refetch(),
  }
}
