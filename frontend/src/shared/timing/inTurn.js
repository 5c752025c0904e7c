/** Work that can wait for its turn: one piece per frame, so that none holds up the next picture. */

/** @type {Set<() => void>} */
const waiting = new Set()
let isScheduled = false

function schedule() {
  if (isScheduled || !waiting.size) return
  isScheduled = true
  requestAnimationFrame(() => {
    isScheduled = false
    const [work] = waiting
    waiting.delete(work)
    work?.()
    schedule()
  })
}

/**
 * @param {() => void} work
 * @returns {() => void} takes it back, as long as it has not begun
 */
export function inTurn(work) {
  waiting.add(work)
  schedule()
  return () => waiting.delete(work)
}
