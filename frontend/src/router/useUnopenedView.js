/** The view that somebody wanted and that could not be loaded, while the one before it stays on show. */
import { computed, onScopeDispose, shallowRef } from 'vue'
import { useRouter } from 'vue-router'

export function useUnopenedView() {
  const router = useRouter()
  const wanted = shallowRef(
    /** @type {import('vue-router').RouteLocationNormalized | null} */ (null),
  )
  onScopeDispose(
    router.onError((_error, to) => {
      wanted.value = to
    }),
  )
  onScopeDispose(
    router.afterEach((_to, _from, failure) => {
      if (!failure) wanted.value = null
    }),
  )
  return {
    /** Its title; null where there is none. */
    title: computed(() => wanted.value && String(wanted.value.meta.title ?? 'This view')),
    retry: () => wanted.value && router.push(wanted.value.fullPath).catch(() => {}),
  }
}
