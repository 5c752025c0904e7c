/** What a browser says of itself, in a few words that its owner knows it by. */

/** The first that is named counts: later ones call themselves what earlier ones are, too. @type {[RegExp, string][]} */
const BROWSERS = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(HeadlessChrome|Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*Safari\//, 'Safari'],
]
/** @type {[RegExp, string][]} */
const SYSTEMS = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]
const LONGEST = 60

/** @param {[RegExp, string][]} names @param {string} text */
const nameIn = (names, text) => names.find(([words]) => words.test(text))?.[1]

/** @param {string | null} userAgent @returns {string} "Firefox on Linux"; of a script, how it names itself */
export function deviceOf(userAgent) {
  if (!userAgent) return 'Unknown device'
  const browser = nameIn(BROWSERS, userAgent)
  const system = nameIn(SYSTEMS, userAgent)
  if (browser && system) return `${browser} on ${system}`
  return browser ?? userAgent.slice(0, LONGEST)
}
