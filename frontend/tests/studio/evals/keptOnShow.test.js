/** What is on show stays where asking for it again fails. */
import { useQueryClient } from '@tanstack/vue-query'
import { configure } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'
import { h } from 'vue'
import CompareView from '../../../src/studio/compare/CompareView.vue'
import CompareEvalsView from '../../../src/studio/evals/CompareEvalsView.vue'
import EvalView from '../../../src/studio/evals/EvalView.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { withoutLayout } from '../../support/layout.js'
import { comparison, runId } from '../analyticsFixtures.js'
import { EVAL_ID, evalPair, OLDER_ID } from '../evalFixtures.js'
import { openPage } from '../views/openPage.js'

configure({ asyncUtilTimeout: 10_000 })
vi.mock('vue-chartjs', () => import('../../support/chartStub.js'))
withoutLayout()

const RUN = `/api/tool-eval/history/${EVAL_ID}`

/**
 * @param {import('vue').Component} view
 * @param {string} address
 * @param {string} path of what fails from the second time on
 * @param {object} [first] what it answers before
 */
async function openWithFailing(view, address, path, first) {
  let hasFailed = false
  const fails = { now: false }
  fakeApi((call) => {
    if (call.path !== path) return undefined
    if (fails.now) {
      hasFailed = true
      return json({ detail: 'The server is restarting.', code: 'gone' }, 503)
    }
    return first ? json(first) : undefined
  })
  /** @type {import('@tanstack/vue-query').QueryClient | undefined} */
  let client
  const Page = {
    setup() {
      client = useQueryClient()
      return () => h(view)
    },
  }
  const screen = await openPage(Page, address)
  return {
    ...screen,
    async askAgain() {
      fails.now = true
      await client?.refetchQueries()
      expect(hasFailed).toBe(true)
      // What failed is told a moment later, and drawn then.
      await new Promise((resolve) => setTimeout(resolve, 50))
    },
  }
}

it('keeps the cells of an evaluation', async () => {
  const address = `/studio/evals/${EVAL_ID}`
  const { findByRole, getByRole, queryByText, askAgain } = await openWithFailing(
    EvalView,
    address,
    `${RUN}/matrix`,
  )
  const name = /^small talk, slow: ?failed/
  await findByRole('button', { name })
  await askAgain()
  getByRole('button', { name })
  expect(queryByText('The server is restarting.')).toBeNull()
})

it('says that no case is as asked for, and not that it failed, where all are hidden', async () => {
  const { findByText, queryByText, askAgain } = await openWithFailing(
    EvalView,
    `/studio/evals/${EVAL_ID}?search=nothing+of+the+kind`,
    `${RUN}/matrix`,
  )
  await findByText('No case is as asked for')
  await askAgain()
  await findByText('No case is as asked for')
  expect(queryByText('The server is restarting.')).toBeNull()
})

it('keeps the exchange that is open', async () => {
  const { findByText, getByText, queryByText, askAgain } = await openWithFailing(
    EvalView,
    `/studio/evals/${EVAL_ID}?cell=1-0-1`,
    `${RUN}/results/1/0/1`,
  )
  await findByText('Failed: wrong arguments.')
  await askAgain()
  getByText('Failed: wrong arguments.')
  expect(queryByText('The server is restarting.')).toBeNull()
})

it.each([
  [
    'evaluations',
    CompareEvalsView,
    `/studio/evals/compare?a=${OLDER_ID}&b=${EVAL_ID}`,
    '/api/tool-eval/compare',
    undefined,
    evalPair().sentence,
  ],
  [
    'runs',
    CompareView,
    `/studio/compare?runs=${runId(1)},${runId(2)}`,
    '/api/analytics/compare',
    comparison(),
    /no difference shown/i,
  ],
])('keeps the comparison of two %s', async (_what, view, address, path, first, sentence) => {
  const { findAllByText, getAllByText, queryByText, askAgain } = await openWithFailing(
    view,
    address,
    path,
    first,
  )
  const before = (await findAllByText(sentence)).length
  await askAgain()
  expect(getAllByText(sentence)).toHaveLength(before)
  expect(queryByText('The server is restarting.')).toBeNull()
})
