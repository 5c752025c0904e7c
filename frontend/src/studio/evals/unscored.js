/** Answers without a verdict, by what the provider said. */

/** @typedef {import('./types.js').UnscoredReason} UnscoredReason */
/** @typedef {import('./api.js').CellPlace} CellPlace */
/** @typedef {{ key: string, count: number, models: string[], example: string, place: CellPlace }} UnscoredGroup */

/**
 * @param {UnscoredReason[]} reasons
 * @param {(target: number) => string} nameOf
 * @returns {UnscoredGroup[]} models of which the same was said are one; the most frequent first
 */
export function unscoredGroups(reasons, nameOf) {
  /** @type {Map<string, UnscoredGroup>} */
  const groups = new Map()
  for (const { target, error, count, example } of reasons) {
    const key = error ?? ''
    const { case_index: index, repeat } = example
    const known = groups.get(key)
    groups.set(key, {
      key,
      example: key,
      place: known?.place ?? { target: example.target, index, repeat },
      count: count + (known?.count ?? 0),
      models: [...(known?.models ?? []), nameOf(target)],
    })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}
