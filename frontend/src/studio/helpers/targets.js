/** Models by what tells them apart: their provider's key and their own id, which may have slashes, spaces and colons. */

/** @typedef {import('./types.js').TargetRef} TargetRef */
/** @typedef {import('./types.js').Target} Target */

/** No key of a provider has it. */
const SEPARATOR = '::'

/** @param {TargetRef} target @returns {string} */
export const targetKey = ({ provider_key, model_id }) => `${provider_key}${SEPARATOR}${model_id}`

/** @param {string} key @returns {TargetRef} */
export function targetOf(key) {
  const at = key.indexOf(SEPARATOR)
  return { provider_key: key.slice(0, at), model_id: key.slice(at + SEPARATOR.length) }
}

/**
 * @param {Target[]} targets of one run
 * @returns {Map<string, string>} what each is called, by key: with its provider where two are called alike
 */
export function targetNames(targets) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const { display_name } of targets)
    counts.set(display_name, (counts.get(display_name) ?? 0) + 1)
  return new Map(
    targets.map((target) => {
      const { display_name, provider } = target
      const isAlone = counts.get(display_name) === 1
      return [targetKey(target), isAlone ? display_name : `${display_name} (${provider})`]
    }),
  )
}

const tokens = new Intl.NumberFormat('en-US')

/** @param {number} tier tokens of context @returns {string} "no context", "5K of context" */
export const tierText = (tier) => (tier ? `${tierLabel(tier)} of context` : 'no context')

/** @param {import('./types.js').Skipped} skipped @returns {string} "slow with 5K of context" */
export const skippedText = ({ model_id, context_tokens }) =>
  context_tokens === null ? model_id : `${model_id} with ${tierText(context_tokens)}`

/** @param {number} tier @returns {string} "0", "5K", "1,234" */
export const tierLabel = (tier) =>
  tier && tier % 1000 === 0 ? `${tokens.format(tier / 1000)}K` : tokens.format(tier)

/**
 * @param {import('./catalog.js').ProviderGroup[]} groups
 * @returns {import('../../components/ui/options.js').Option[]} all models that can be chosen, by provider
 */
export const modelOptions = (groups) =>
  groups
    .filter(({ unavailable }) => !unavailable)
    .flatMap((group) =>
      group.models.map(({ key, name, id }) => ({
        value: key,
        label: name,
        note: id === name ? undefined : id,
        group: group.name,
      })),
    )
