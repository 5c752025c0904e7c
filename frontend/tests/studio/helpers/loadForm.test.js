/** Load in a form: what becomes of it, what is wrong with it, and what an answer must keep. */
import { describe, expect, it } from 'vitest'
import { checkDataset, readDataset } from '../../../src/studio/helpers/dataset.js'
import { plannedLoad, pointLoad } from '../../../src/studio/helpers/loadText.js'
import {
  checkForm,
  fieldOf,
  formOfRun,
  newForm,
  requestOf,
} from '../../../src/studio/helpers/runForm.js'
import {
  checkLimits,
  exceededBy,
  limitForm,
  limitsOf,
} from '../../../src/studio/helpers/runLimits.js'
import {
  checkSlo,
  limitOf,
  noSlo,
  sloForm,
  sloText,
  sloWords,
} from '../../../src/studio/helpers/slo.js'
import { catalog, ESTIMATE, run } from '../fixtures.js'

const FORM = newForm(catalog())
/** @param {object} more @returns {any} */
const sent = (more) => requestOf({ ...FORM, ...more })
/** @param {object} more @returns {any} */
const wrong = (more) => checkForm({ ...FORM, ...more })

describe('the request of a load', () => {
  it('is as it has always been where one number is at once', () => {
    const request = sent({ mode: 'concurrency', concurrency: '8', runs: '3' })
    expect(request).toMatchObject({ mode: 'concurrency', concurrency: 8, runs: 3 })
    expect(request).not.toHaveProperty('concurrencies')
    expect(request).not.toHaveProperty('slo')
  })

  it('has all levels, each once and ascending', () => {
    expect(sent({ mode: 'concurrency', concurrency: '16, 1 4;4' })).toMatchObject({
      concurrency: 1,
      concurrencies: [1, 4, 16],
    })
    expect(sent({ mode: 'concurrency', concurrency: '500' }).concurrencies).toEqual([500])
  })

  it('has rates with how they come, and what is unusual alone', () => {
    const usual = sent({ mode: 'rate', rates: '2, 0.5' })
    expect(usual).toMatchObject({ rates: [0.5, 2], arrival: 'poisson', requests: 50 })
    expect(usual).not.toHaveProperty('burstiness')
    expect(usual).not.toHaveProperty('max_concurrency')
    const rare = { mode: 'rate', burstiness: '0.5', maxConcurrency: '8', ramp: '5' }
    expect(sent(rare)).toMatchObject({ burstiness: 0.5, max_concurrency: 8, ramp_seconds: 5 })
    expect(sent({ ...rare, arrival: 'constant' })).not.toHaveProperty('burstiness')
  })

  it('ends by time or by number, never by both', () => {
    const timed = sent({ mode: 'sweep', extent: 'time', duration: '20', grace: '5' })
    expect(timed).toMatchObject({ duration_seconds: 20, grace_seconds: 5, runs: 1 })
    expect(timed).not.toHaveProperty('requests')
    expect(sent({ mode: 'sweep' }).sweep).toEqual({ over: 'concurrency', start: 1, most: 64 })
  })

  it('comes back from a run that was made of it', () => {
    const before = run({
      mode: 'rate',
      slo: 'ttft<800,request_latency<5000,scheduled_ttft<900',
      config: { rates: [1, 2], arrival: 'constant', duration_seconds: 20, output_tiers: [100] },
    })
    expect(formOfRun(before, FORM)).toMatchObject({
      mode: 'rate',
      rates: '1, 2',
      arrival: 'constant',
      extent: 'time',
      duration: '20',
      outputTiers: '100',
      sloTtft: '800',
      sloLatency: '5000',
      sloOther: 'scheduled_ttft<900',
    })
  })
})

describe('what is wrong with a load', () => {
  it.each([
    [{ mode: 'concurrency', concurrency: '0, 4' }, 'concurrency', /whole numbers from 1 to 1,000/],
    [{ mode: 'concurrency', concurrency: '' }, 'concurrency', /such as 1, 4, 16/],
    [{ mode: 'rate', rates: 'fast' }, 'rates', /from 0.01 to 10,000/],
    [{ mode: 'rate', requests: '0' }, 'requests', /from 1 to/],
    [{ mode: 'rate', burstiness: '0' }, 'burstiness', /from 0.01 to 100/],
    [{ mode: 'sweep', sweepStart: '8', sweepMost: '8' }, 'sweepMost', /more than where it begins/],
    [{ extent: 'time', duration: '0' }, 'duration', /from 1 to 3,600/],
    [{ outputTiers: '100, many' }, 'outputTiers', /whole numbers/],
    [{ mode: 'sweep', sloTtft: '-1' }, 'sloTtft', /above 0/],
    [{ mode: 'sweep', sloOther: 'ttft' }, 'sloOther', /“ttft” is no limit/],
  ])('%o is said at %s', (more, field, sentence) => {
    expect(wrong(more)[field]).toMatch(sentence)
  })

  it('is of what is on show alone', () => {
    expect(wrong({ concurrency: '', rates: '', requests: '', sloTtft: 'x', ramp: '' })).toEqual({})
  })

  it('is found in what the server says of it', () => {
    expect(fieldOf('duration_seconds: give that or requests')).toBe('duration')
    expect(fieldOf('slo: “ttft” is no limit.')).toBe('sloTtft')
  })
})

describe('prompts of one’s own', () => {
  const LINES =
    '{"prompt": "a"}\n\n{"messages": []}\nno\n{"prompt": "b", "output_tokens": 0}\n{"a": 1}'

  it('are counted, and broken lines are named where they stand', () => {
    const { items, broken } = readDataset(LINES)
    expect(items).toBe(1)
    expect(broken.map(({ line }) => line)).toEqual([3, 4, 5, 6])
    expect(checkDataset(LINES, 'refuse')).toBe(
      'Line 3 has messages that are no list. Line 4 is not JSON. ' +
        'Line 5 has output_tokens that are no whole number above 0. ' +
        'Line 6 has neither a prompt nor messages.',
    )
    expect(checkDataset(LINES, 'skip')).toBe('')
  })

  it('may not be none, or too many', () => {
    expect(checkDataset('no', 'skip')).toBe('No line has a prompt.')
    expect(checkDataset('x'.repeat(5_100_000), 'skip')).toBe('At most 5 MB; these are 5.1 MB.')
    expect(checkDataset(' ', 'refuse')).toBe('')
  })
})

describe('what an answer must keep', () => {
  it('goes from fields to a line, and back', () => {
    const text = 'ttft<800,itl<50,request_latency<5000,scheduled_ttft<=900'
    expect(sloForm(text)).toEqual({
      sloTtft: '800',
      sloItl: '50',
      sloLatency: '5000',
      sloOther: 'scheduled_ttft<=900',
    })
    expect(sloText(sloForm(text))).toBe(text)
    expect(sloText(noSlo())).toBe('')
    expect(checkSlo(sloForm(text))).toEqual({})
  })

  it('is told in words', () => {
    expect(sloWords('ttft<800,itl<50')).toBe('first token within 800 ms, per token within 50 ms')
    expect(limitOf('ttft<800,itl<50', 'itl')).toBe(50)
    expect(limitOf('ttft<800', 'request_latency')).toBeNull()
  })
})

it('says in words how much comes at once', () => {
  expect(plannedLoad({ mode: 'single' })).toBe('One after another')
  expect(plannedLoad({ mode: 'concurrency', concurrencies: [1, 4, 16] })).toBe(
    '1, 4 and 16 at once',
  )
  expect(plannedLoad({ mode: 'rate', rates: [0.5], arrival: 'constant' })).toBe(
    '0.5 a second, steadily',
  )
  const sweep = { over: /** @type {const} */ ('concurrency'), start: 1, most: 64 }
  expect(plannedLoad({ mode: 'sweep', sweep })).toBe('1 to 64 at once, until the limit is found')
  expect(pointLoad({ load_mode: 'rate', load: 2.5 })).toBe('2.5 a second')
})

describe('the limits above which a run asks', () => {
  const LIMITS = {
    confirm_above_usd: 1,
    confirm_above_requests: 1000,
    confirm_above_minutes: 15,
    default_slo: 'ttft<800',
  }

  it('are compared with what it comes to, as far as that is known', () => {
    expect(exceededBy(ESTIMATE, LIMITS)).toEqual([])
    const large = { ...ESTIMATE, requests: 5000, seconds: 3600, cost_max: 2.5 }
    expect(exceededBy(large, LIMITS)).toEqual([
      { what: 'Requests', value: '5,000', limit: '1,000' },
      { what: 'Time', value: 'about 1 h', limit: '15 minutes' },
      { what: 'Cost', value: '≤ $2.50', limit: '$1.00' },
    ])
    const none = { ...LIMITS, confirm_above_requests: null }
    expect(exceededBy({ ...large, seconds: null, cost_max: null }, none)).toEqual([])
  })

  it('go through their form unharmed, and what is wrong is said', () => {
    expect(limitsOf(limitForm(LIMITS))).toEqual(LIMITS)
    const empty = { ...limitForm(LIMITS), usd: '', requests: '1.5', minutes: '-1' }
    expect(limitsOf({ ...empty, requests: '' }).confirm_above_usd).toBeNull()
    expect(Object.keys(checkLimits(empty))).toEqual(['requests', 'minutes'])
  })
})
