/** What the page reads of an access token: how long it lasts. Whether it is valid, the server alone can say. */

/**
 * By the token's own times, so that a clock that is wrong here does no harm.
 * @param {string} token a JWT
 * @returns {number} milliseconds from being issued; Infinity where it does not say
 */
export function lifetimeMs(token) {
  try {
    const [, payload] = token.split('.')
    const { iat, exp } = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')))
    const seconds = exp - iat
    return Number.isFinite(seconds) ? seconds * 1000 : Infinity
  } catch {
    return Infinity
  }
}
