/**
 * @vitest-environment node
 *
 * ESLint refuses what breaks the layers of `src`: each line here is planted into a file that need not be there.
 */
import { ESLint } from 'eslint'
import { expect, it } from 'vitest'

const eslint = new ESLint({ cwd: `${import.meta.dirname}/..` })

/** @param {string} file below `src` @param {string} line @returns {Promise<string[]>} what the rules of layers and of `fetch` say */
async function saidOf(file, line) {
  const code = file.endsWith('.vue') ? `<script setup>\n${line}\n</script>\n` : `${line}\n`
  const [{ messages }] = await eslint.lintText(code, { filePath: `src/${file}` })
  const rules = ['page/layers', 'no-restricted-globals']
  return messages
    .filter(({ ruleId, fatal }) => fatal || rules.includes(String(ruleId)))
    .map(({ message }) => message)
}

it.each([
  ['shared/a.js', "import '../helpers/usage/metrics.js'", /shared\/ knows neither domain/],
  ['shared/charts/a.vue', "import '../../composables/filters/useFilters.js'", /neither domain/],
  ['shared/a.js', "import '../studio/index.js'", /neither domain/],
  ['shared/a.js', "import '../router/index.js'", /neither domain/],
  ['components/ui/A.vue', "import '../features/leaderboard/TeamRow.vue'", /as props/],
  ['components/ui/A.vue', "import '../../composables/server/useAuth.js'", /move it to shared/],
  [
    'components/features/a/A.vue',
    "import '../../../views/ChartsView.vue'",
    /not the other way round/,
  ],
  [
    'components/features/a/A.vue',
    "import '../../layouts/AppHeader.vue'",
    /not the other way round/,
  ],
  ['components/layouts/A.vue', "import '../../views/ChartsView.vue'", /put around views/],
  ['views/A.vue', "import '../router/index.js'", /put views in their place/],
  ['composables/usage/useA.js', "import '../../components/ui/BaseButton.vue'", /draw nothing/],
  ['composables/usage/useA.js', "import '../../views/ChartsView.vue'", /draw nothing/],
  ['helpers/usage/a.js', "import '../../composables/filters/useFilters.js'", /helpers are pure/],
  ['helpers/usage/a.js', "import '../../components/ui/BaseIcon.vue'", /helpers are pure/],
  ['helpers/usage/a.js', "import '../../shared/browser/useTheme.js'", /helpers are pure/],
  ['helpers/usage/a.js', "import '../../shared/charts/ChartCard.vue'", /helpers are pure/],
  ['studio/views/A.vue', "import '../../helpers/usage/metrics.js'", /do not know each other/],
  ['studio/views/A.vue', "import '../../composables/filters/useFilters.js'", /belongs into shared/],
  ['studio/index.js', "import '../router/index.js'", /do not know each other/],
  ['helpers/usage/a.js', "import '../../studio/socket.js'", /helpers are pure/],
  ['views/A.vue', "import '../studio/index.js'", /may not import studio/],
  ['components/features/a/A.vue', "import '../../../studio/socket.js'", /may not import studio/],
  ['router/index.js', "import '../studio/socket.js'", /by studio\/index\.js/],
  ['App.vue', "import './studio/views/A.vue'", /by studio\/index\.js/],
  ['kitPage/A.vue', "import '../helpers/usage/metrics.js'", /the kit alone/],
  ['studio/views/A.vue', "import { DialogRoot } from 'reka-ui'", /in components\/ui/],
  ['views/A.vue', "import 'reka-ui/date'", /in components\/ui/],
])('in %s, it refuses %s', async (file, line, reason) => {
  expect(await saidOf(file, line)).toEqual([expect.stringMatching(reason)])
})

it.each([
  ['a part that is loaded later', "import('../helpers/usage/metrics.js')"],
  ['what is passed on', "export { METRICS } from '../helpers/usage/metrics.js'"],
  ['all of it passed on', "export * from '../helpers/usage/metrics.js'"],
  ['a type', "/** @typedef {import('../helpers/usage/metrics.js').Metric} Metric */"],
])('refuses %s, too', async (_name, line) => {
  expect(await saidOf('shared/a.js', line)).toEqual([expect.stringMatching(/neither domain/)])
})

it.each([
  ['views/A.vue', 'fetch("/a")'],
  ['shared/charts/a.js', 'window.fetch("/a")'],
  ['studio/socket.js', 'globalThis.fetch("/a")'],
  ['composables/usage/useA.js', 'new XMLHttpRequest()'],
])('in %s, it refuses %s', async (file, line) => {
  expect(await saidOf(file, line)).toEqual([expect.stringMatching(/shared\/http\/api\.js/)])
})

it.each([
  ['shared/http/api.js', 'fetch("/a")'],
  ['shared/charts/A.vue', "import '../../components/ui/BaseIcon.vue'"],
  ['components/ui/A.vue', "import 'reka-ui'"],
  ['components/ui/A.vue', "import '../../shared/browser/useTheme.js'"],
  ['helpers/usage/a.js', "import '../teams/search.js'"],
  ['studio/views/A.vue', "import '../helpers/a.js'"],
  ['studio/views/A.vue', "import '../../shared/http/api.js'"],
  ['router/index.js', "import('../studio/index.js')"],
  ['router/index.js', "import('../views/ChartsView.vue')"],
])('in %s, it takes %s', async (file, line) => {
  expect(await saidOf(file, line)).toEqual([])
})
