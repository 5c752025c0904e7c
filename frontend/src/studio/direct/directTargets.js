/** Which of the models that can be chosen this page has to measure itself. */
import { targetOf } from '../helpers/targets.js'

/** @typedef {import('../helpers/types.js').Catalog} Catalog */

const MIXED =
  'Models on your machine are measured by this page, the others by the server: measure them in two runs.'

/**
 * @param {string[]} targets keys
 * @param {Catalog | undefined} catalog
 * @returns {{ isDirect: boolean, refusal: string }} `refusal`: why these cannot be measured together
 */
export function directTargets(targets, catalog) {
  const direct = new Set(
    Object.values(catalog?.providers ?? {})
      .filter(({ direct_local }) => direct_local)
      .map(({ provider_key }) => provider_key),
  )
  const count = targets.filter((key) => direct.has(targetOf(key).provider_key)).length
  const isMixed = count > 0 && count < targets.length
  return { isDirect: count > 0 && !isMixed, refusal: isMixed ? MIXED : '' }
}
