/** How long a job may still take: as fast as it has been since this page has looked at it, whatever its clock says. */

/** Less says nothing yet. */
const WATCHED_MS = 3_000
const WATCHED_PCT = 1

export function createEstimates() {
  /** @type {Map<string, { pct: number, at: number }>} */
  const firstSeen = new Map()
  return {
    /**
     * @param {{ id: string, status: string, progress_pct: number }} job
     * @param {number} [now] milliseconds
     * @returns {number | null} seconds; null where nobody can say yet
     */
    secondsLeft({ id, status, progress_pct: pct }, now = Date.now()) {
      if (status !== 'running') {
        firstSeen.delete(id)
        return null
      }
      const first = firstSeen.get(id)
      // One that was taken up again begins anew.
      if (!first || pct < first.pct) {
        firstSeen.set(id, { pct, at: now })
        return null
      }
      const [done, passed] = [pct - first.pct, now - first.at]
      if (done < WATCHED_PCT || passed < WATCHED_MS) return null
      return ((passed / done) * (100 - pct)) / 1000
    },
  }
}
