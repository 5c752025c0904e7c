/** The page's layers, as a rule for ESLint: what each folder of `src` may import, and where a thing belongs instead. */
import { dirname, join, relative, sep } from 'node:path'

/** @typedef {{ may: string[], because: string }} Layer `may`: folders that its files import beside their own */

/** By folder below `src`; those that lie deeper come first. @type {Record<string, Layer>} */
const LAYERS = {
  'components/ui': {
    may: ['shared'],
    because: 'the kit serves both domains: give it what it shows as props, or move it to shared/',
  },
  'components/features': {
    may: ['components/ui', 'composables', 'helpers', 'shared'],
    because: 'a feature is put into views and layouts, not the other way round',
  },
  'components/layouts': {
    may: ['components/features', 'components/ui', 'composables', 'helpers', 'shared'],
    because: 'a layout is put around views',
  },
  views: {
    may: ['components/features', 'components/ui', 'composables', 'helpers', 'shared'],
    because: 'the router and App.vue put views in their place',
  },
  composables: {
    may: ['helpers', 'shared'],
    because: 'composables draw nothing: hand them what a component knows',
  },
  helpers: {
    may: ['shared'],
    because: 'helpers are pure: what needs state belongs into composables/',
  },
  shared: {
    may: ['components/ui'],
    because:
      'shared/ knows neither domain: what both need moves here, what one needs stays with it',
  },
  kitPage: {
    may: ['components/ui', 'shared'],
    because: 'it shows the kit alone',
  },
  studio: {
    may: ['components/ui', 'shared'],
    because:
      'Studio and the leaderboard do not know each other: what both need belongs into shared/',
  },
}

/** Files that put both domains together. */
const SHELL = 'the shell'
/** Loaded when it is opened, by this file alone. */
const STUDIO_DOOR = 'studio/index.js'
/** Composables and components have no place among pure functions, also where they are shared. */
const STATEFUL = /\.vue$|(^|\/)use[A-Z][^/]*\.js$/

/** Packages that have one home each. @type {Record<string, { home: string, because: string }>} */
const PACKAGES = {
  'reka-ui': {
    home: 'components/ui',
    because: 'our own components stand before it: use, or make, one in components/ui',
  },
}

/** @param {string} path below `src`, with `/` @returns {string} its layer */
const layerOf = (path) =>
  Object.keys(LAYERS).find((folder) => path.startsWith(`${folder}/`)) ?? SHELL

/** @param {string} from @param {string} to both below `src` @returns {string} why it may not be imported; empty where it may */
function problemOf(from, to) {
  const [layer, target] = [layerOf(from), layerOf(to)]
  if (layer === SHELL) {
    const isInside = target === 'studio' && to !== STUDIO_DOOR
    return isInside ? `the shell knows Studio by ${STUDIO_DOOR}, which is loaded when opened` : ''
  }
  const { may, because } = LAYERS[layer]
  if (layer === 'helpers' && STATEFUL.test(to)) return because
  const isStyle = to.startsWith('styles/')
  return isStyle || target === layer || may.includes(target) ? '' : because
}

/** @param {string} from @param {string} name of a package, or a file of one @returns {string} likewise */
function packageProblemOf(from, name) {
  const found = Object.keys(PACKAGES).find(
    (known) => name === known || name.startsWith(`${known}/`),
  )
  if (!found || layerOf(from) === PACKAGES[found].home) return ''
  return PACKAGES[found].because
}

/** Of JSDoc: `import('../helpers/a.js').A`. */
const TYPE_IMPORT = /import\('([^']+)'\)/g

/** @type {import('eslint').Rule.RuleModule} */
const rule = {
  meta: {
    type: 'problem',
    docs: { description: 'Hold the layers of src.' },
    messages: { layer: '{{from}} may not import {{to}}: {{because}}.' },
    schema: [],
  },
  create(context) {
    const src = join(context.cwd, 'src')
    const inSrc = (/** @type {string} */ path) => relative(src, path).split(sep).join('/')
    const file = inSrc(context.filename)
    if (file.startsWith('../')) return {}

    /** @param {any} place @param {unknown} name */
    function check(place, name) {
      if (typeof name !== 'string') return
      const isFile = name.startsWith('.')
      const to = isFile ? inSrc(join(dirname(context.filename), name)) : name
      const because = isFile ? problemOf(file, to) : packageProblemOf(file, to)
      const from = layerOf(file)
      if (because)
        context.report({ loc: place.loc, messageId: 'layer', data: { from, to, because } })
    }
    const checkSource = (/** @type {any} */ node) => check(node, node.source?.value)
    return {
      ImportDeclaration: checkSource,
      ExportAllDeclaration: checkSource,
      ExportNamedDeclaration: checkSource,
      ImportExpression: checkSource,
      Program() {
        for (const comment of context.sourceCode.getAllComments())
          for (const [, name] of comment.value.matchAll(TYPE_IMPORT)) check(comment, name)
      },
    }
  },
}

/** A plugin with the one rule. */
export const layers = { rules: { layers: rule } }
