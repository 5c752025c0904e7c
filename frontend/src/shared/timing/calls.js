/** How often a function runs: once calls have paused, or once for the same arguments. */

/**
 * @template {any[]} A
 * @param {(...args: A) => void} callback
 * @param {number} delayMs
 * @returns {((...args: A) => void) & { cancel: () => void }} runs `callback` once calls have paused
 */
export function debounce(callback, delayMs) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  /** @param {A} args */
  const debounced = (...args) => {
    clearTimeout(timer)
    timer = setTimeout(() => callback(...args), delayMs)
  }
  return Object.assign(debounced, { cancel: () => clearTimeout(timer) })
}

/**
 * @template {any[]} A
 * @template R
 * @param {(...args: A) => R} work
 * @returns {(...args: A) => R} the same, which keeps its last result for as long as the same things are asked
 */
export function keepLast(work) {
  /** @type {{ args: A, result: R } | undefined} */
  let last
  return (...args) => {
    const isSame = last && args.every((arg, index) => arg === last?.args[index])
    if (!last || !isSame) last = { args, result: work(...args) }
    return last.result
  }
}
