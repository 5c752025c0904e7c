/** Reads JSON without losing a digit: whole numbers beyond 2^53 become `bigint`. */
import { toFigure } from '../format/figures.js'

/** A whole number that may be too large, or a text that looks like one. Decimals are not meant: they follow a dot. */
const MAY_HAVE_LARGE = /(?:^|[[,:\s-])\d{16,}\s*(?:$|[\],}])/

/** Texts are matched so that what stands in them is passed over. */
const TEXT_OR_LARGE = /"(?:[^"\\]+|\\.)*"|-?\d{16,}(?![\d.eE])/g

/** @param {string} text @returns {any} slower than `JSON.parse`, so for those answers alone that need it */
function parseLarge(text) {
  // No name from the gateway can guess it.
  const mark = `whole ${Math.random()} `
  const marked = text.replace(TEXT_OR_LARGE, (found, at) =>
    found[0] === '"' || /[\d.eE+-]/.test(text[at - 1] ?? '') ? found : `"${mark}${found}"`,
  )
  return JSON.parse(marked, (_key, value) =>
    typeof value === 'string' && value.startsWith(mark)
      ? toFigure(BigInt(value.slice(mark.length)))
      : value,
  )
}

/**
 * @param {string} text
 * @returns {any} as `JSON.parse` has it, whole numbers exact
 * @throws {SyntaxError}
 */
export const parseExactly = (text) =>
  MAY_HAVE_LARGE.test(text) ? parseLarge(text) : JSON.parse(text)
