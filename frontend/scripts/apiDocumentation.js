/** Puts Swagger UI into the build, for the page at `/docs`: all that it loads is a file of this server. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { resolve } = createRequire(import.meta.url)
const FOLDER = 'docs'
const SCRIPT = 'swagger-ui-bundle.js'
const STYLES = 'swagger-ui.css'
/** Whoever is given the viewer is given its terms, too. */
const TERMS = ['LICENSE', 'NOTICE', `${SCRIPT}.LICENSE.txt`]
/** An image within a stylesheet, which a strict content policy forbids: quoted with escapes, or not quoted. */
const IMAGE = /url\((?:"(data:(?:[^"\\]|\\.)*)"|(data:[^)]*))\)/g

/** @typedef {{ fileName: string, source: string | Uint8Array }} File */

/**
 * Takes the images out of a stylesheet.
 * @param {string} css
 * @returns {{ css: string, images: File[] }} the stylesheet, and the files that it now names
 */
export function withoutImages(css) {
  /** @type {Map<string, File>} */
  const images = new Map()
  const plain = css.replace(IMAGE, (_, quoted, bare) => {
    const address = (quoted ?? bare).replace(/\\(.)/g, '$1')
    const image = images.get(address) ?? fileOf(address, images.size + 1)
    images.set(address, image)
    return `url(${image.fileName})`
  })
  return { css: plain, images: [...images.values()] }
}

/**
 * @param {string} address a `data:` address
 * @param {number} number
 * @returns {File}
 */
function fileOf(address, number) {
  const [, type, base64, content] = /** @type {string[]} */ (
    /** @type {unknown} */ (/^data:image\/(\w+)[^,]*?(;base64)?,(.*)$/s.exec(address))
  )
  return {
    fileName: `image-${number}.${type}`,
    source: base64 ? Buffer.from(content, 'base64') : decodeURIComponent(content),
  }
}

/** @param {string} name @returns {Buffer} a file of the package */
const read = (name) => readFileSync(resolve(`swagger-ui-dist/${name}`))

/** @returns {File[]} */
function files() {
  const { css, images } = withoutImages(read(STYLES).toString())
  return [
    ...[SCRIPT, ...TERMS].map((fileName) => ({ fileName, source: read(fileName) })),
    { fileName: STYLES, source: css.replace(/\n\/\*# sourceMappingURL=.*$/m, '') },
    ...images,
  ]
}

/** @returns {import('vite').Plugin} */
export const apiDocumentation = () => ({
  name: 'api-documentation',
  apply: 'build',
  generateBundle() {
    for (const { fileName, source } of files()) {
      this.emitFile({ type: 'asset', fileName: `${FOLDER}/${fileName}`, source })
    }
  },
})
