/** What a list that is asked for page by page is to those who show it. */
import { computed } from 'vue'

/**
 * @template P
 * @param {import('@tanstack/vue-query').UseInfiniteQueryReturnType<
 *   import('@tanstack/vue-query').InfiniteData<P, any>,
 *   Error
 * >} query
 */
export function pagesOf(query) {
  return {
    pages: computed(() => query.data.value?.pages ?? []),
    error: query.error,
    isLoading: query.isPending,
    /** Whether what is shown belongs to what was asked for before. */
    isOutdated: query.isPlaceholderData,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => query.fetchNextPage(),
    retry: () => query.refetch(),
  }
}
