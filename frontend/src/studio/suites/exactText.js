/** Writes JSON without losing a digit: what `shared/http/exactJson.js` reads as `bigint` is a number again. */

/**
 * @param {any} value
 * @param {number} [indent] spaces
 * @returns {string}
 */
export function exactText(value, indent = 0) {
  // No text of a case can guess it.
  const mark = `whole ${Math.random()} `
  let hasLarge = false
  const text = JSON.stringify(
    value,
    (_name, inner) => {
      if (typeof inner !== 'bigint') return inner
      hasLarge = true
      return `${mark}${inner}`
    },
    indent,
  )
  return hasLarge ? text.replace(new RegExp(`"${mark}(-?\\d+)"`, 'g'), '$1') : text
}

/** @param {any} body @returns {any} what a request can carry, large whole numbers and all */
export function exactBody(body) {
  try {
    JSON.stringify(body)
    return body
  } catch {
    return new Blob([exactText(body)], { type: 'application/json' })
  }
}
