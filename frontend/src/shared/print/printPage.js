/** Prints the view once all of it is there, also what was never scrolled to. */

const PREPARE = 'leaderboard:prepare-print'
/** What is not there by then is printed as it is. */
const PATIENCE_MS = 15_000
const LOOK_MS = 100

/** @param {() => void} prepare is called when the page is going to be printed @returns {() => void} forgets it */
export function onPreparePrint(prepare) {
  addEventListener(PREPARE, prepare)
  return () => removeEventListener(PREPARE, prepare)
}

const isBusy = () => document.querySelector('main [aria-busy="true"]') !== null
/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

export async function printPage() {
  dispatchEvent(new Event(PREPARE))
  const latest = performance.now() + PATIENCE_MS
  do await pause(LOOK_MS)
  while (isBusy() && performance.now() < latest)
  print()
}
