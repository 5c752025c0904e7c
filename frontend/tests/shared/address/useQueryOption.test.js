/** View options in the address: defaults, invalid values, history, and several at once. */
import { describe, expect, it, vi } from 'vitest'
import {
  useQueryFlag,
  useQueryOption,
  useQuerySet,
} from '../../../src/shared/address/useQueryOption.js'
import { fakeApi } from '../../support/fakeApi.js'
import { runInApp } from '../../support/renderInApp.js'

const METRICS = ['tokens', 'cost', 'requests']

/** @param {string} [address] @param {'push' | 'replace'} [step] */
async function open(address, step) {
  fakeApi()
  const { result, router } = await runInApp(
    () => ({
      metric: useQueryOption('metric', { default: 'tokens', allowed: METRICS, step }),
      top: useQueryOption('top', { default: 10, parse: (text) => Number(text) || undefined }),
      former: useQueryFlag('former', { default: true }),
      open: useQuerySet('open'),
    }),
    { address },
  )
  /** @param {object} expected */
  const expectQuery = (expected) =>
    vi.waitFor(() => {
      const { range: _, ...options } = router.currentRoute.value.query
      expect(options).toEqual(expected)
    })
  return { ...result, router, expectQuery }
}

describe('an option', () => {
  it('is at its default, and not in the address, until it is set', async () => {
    const { metric, top, former, expectQuery } = await open()
    expect([metric.value, top.value, former.value]).toEqual(['tokens', 10, true])
    metric.value = 'cost'
    await expectQuery({ metric: 'cost' })
    metric.value = 'tokens'
    await expectQuery({})
  })

  it('comes from the address', async () => {
    const { metric, top, former } = await open('/leaderboard?metric=cost&top=5&former=0')
    expect([metric.value, top.value, former.value]).toEqual(['cost', 5, false])
  })

  it('is at its default where the address has nonsense', async () => {
    const { metric, top, former } = await open('/leaderboard?metric=x&metric=cost&top=many&former')
    expect([metric.value, top.value, former.value]).toEqual(['tokens', 10, true])
  })

  it('has its new value at once', async () => {
    const { metric } = await open()
    metric.value = 'cost'
    expect(metric.value).toBe('cost')
  })
})

describe('a set', () => {
  it('has one parameter for each of its texts, whatever they contain', async () => {
    const set = await open('/leaderboard?open=a,b&open=c%26d')
    expect(set.open.value).toEqual(new Set(['a,b', 'c&d']))
    set.open.value = new Set(['x'])
    await set.expectQuery({ open: 'x' })
    set.open.value = new Set()
    await set.expectQuery({})
  })
})

describe('the address', () => {
  it('keeps everything else, and takes changes of one moment as one', async () => {
    const { metric, top, router, expectQuery } = await open('/leaderboard?search=a#part')
    const replace = vi.spyOn(router, 'replace')
    metric.value = 'cost'
    top.value = 3
    await expectQuery({ search: 'a', metric: 'cost', top: '3' })
    expect(replace).toHaveBeenCalledTimes(1)
    expect(router.currentRoute.value.hash).toBe('#part')
  })

  it('loses nothing that changes while it is being written', async () => {
    const { metric, top, expectQuery } = await open()
    metric.value = 'cost'
    await Promise.resolve()
    await Promise.resolve()
    top.value = 3
    metric.value = 'requests'
    await expectQuery({ metric: 'requests', top: '3' })
    expect(metric.value).toBe('requests')
  })

  it('leads back where a change is a step', async () => {
    const { metric, router, expectQuery } = await open('/leaderboard', 'push')
    metric.value = 'cost'
    await expectQuery({ metric: 'cost' })
    router.back()
    await vi.waitFor(() => expect(metric.value).toBe('tokens'))
    router.forward()
    await vi.waitFor(() => expect(metric.value).toBe('cost'))
  })

  it('of another view changes nothing', async () => {
    const { metric, router } = await open('/leaderboard?metric=cost')
    await router.push('/chart?metric=requests')
    expect(metric.value).toBe('cost')
  })
})
