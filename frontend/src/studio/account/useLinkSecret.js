/** The secret that a link brings: read once, and gone from the address and from the browser's history. */
import { useRoute, useRouter } from 'vue-router'

/** @param {string} name of the parameter @returns {string} empty where the address has none */
export function useLinkSecret(name) {
  const route = useRoute()
  const router = useRouter()
  const { [name]: given, ...query } = route.query
  if (given === undefined) return ''
  router.replace({ query, hash: route.hash })
  return String([given].flat()[0] ?? '').trim()
}
