/** Work that many events ask for, done once for all of them. */

/**
 * @param {() => void} work
 * @param {number} ms
 * @returns {(() => void) & { cancel: () => void }} at most once in so many milliseconds; `cancel` forgets what was asked
 *   for until then
 */
export function throttled(work, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const call = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      work()
    }, ms)
  }
  const cancel = () => {
    clearTimeout(timer)
    timer = undefined
  }
  return Object.assign(call, { cancel })
}
