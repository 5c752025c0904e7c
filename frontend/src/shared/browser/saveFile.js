/** Hands a file to the browser's downloads. */

/** Long enough for the browser to have read it. */
const KEPT_MS = 60_000

/** @param {{ blob: Blob, name: string }} file */
export function saveFile({ blob, name }) {
  const href = URL.createObjectURL(blob)
  const link = Object.assign(document.createElement('a'), { href, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(href), KEPT_MS)
}
