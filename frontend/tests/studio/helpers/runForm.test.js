/** The form that starts a run: good to go, strict, and nothing typed is lost. */
import { describe, expect, it } from 'vitest'
import {
  checkForm,
  fieldOf,
  firstError,
  formOfRun,
  keptForm,
  newForm,
  rareText,
  requestOf,
} from '../../../src/studio/helpers/runForm.js'
import { catalog, run } from '../fixtures.js'

const FORM = newForm(catalog())

describe('a new form', () => {
  it('can be sent at once in the demo', () => {
    expect(checkForm(FORM)).toEqual({})
    expect(FORM.targets).toEqual(['demo::fast', 'demo::slow', 'demo::team/long context 🚀'])
  })

  it('chooses nothing that costs', () => {
    const real = catalog({ shared: { 'The gateway': catalog().shared['The gateway'] } })
    expect(newForm(real).targets).toEqual([])
    expect(checkForm(newForm(real))).toEqual({ targets: 'Choose a model first.' })
  })
})

it('becomes the request that the server takes', () => {
  const form = { ...FORM, tiers: [5000, 0], label: ' Nightly ', temperature: '0,3', prompt: '  ' }
  expect(requestOf(form)).toEqual({
    targets: [
      { provider_key: 'demo', model_id: 'fast' },
      { provider_key: 'demo', model_id: 'slow' },
      { provider_key: 'demo', model_id: 'team/long context 🚀' },
    ],
    prompt: '',
    max_tokens: 512,
    temperature: 0.3,
    context_tiers: [0, 5000],
    runs: 5,
    timeout: 120,
    warmup: true,
    mode: 'single',
    concurrency: 1,
    label: 'Nightly',
  })
  expect(requestOf({ ...FORM, mode: 'concurrency', concurrency: '8' }).concurrency).toBe(8)
})

describe('what is wrong is said of its field', () => {
  it.each([
    ['runs', '21', 'Give a whole number from 1 to 20.'],
    ['runs', '2.5', 'Give a whole number from 1 to 20.'],
    ['runs', '', 'Give a whole number from 1 to 20.'],
    ['maxTokens', 'many', 'Give a whole number from 1 to 128,000.'],
    ['temperature', '-1', 'Give a number from 0 to 2.'],
    ['timeout', '5', 'Give a number from 10 to 600.'],
    ['label', 'x'.repeat(257), 'At most 256 letters; these are 257.'],
  ])('%s: %s', (field, value, sentence) => {
    expect(checkForm({ ...FORM, [field]: value })).toEqual({ [field]: sentence })
  })

  it('but not of how many at once where requests follow each other', () => {
    expect(checkForm({ ...FORM, concurrency: 'x' })).toEqual({})
    expect(checkForm({ ...FORM, concurrency: 'x', mode: 'concurrency' })).toHaveProperty(
      'concurrency',
    )
  })

  it('also of models that are gone', () => {
    expect(
      checkForm({ ...FORM, targets: ['demo::fast', 'demo::old'] }, new Set(['demo::fast'])),
    ).toEqual({ targets: 'Not offered any more: old. Take it out to run.' })
  })

  it('as the server names it', () => {
    expect(fieldOf('max_tokens must be at most 4096 for this model.')).toBe('maxTokens')
    expect(fieldOf('Something else.')).toBeUndefined()
  })
})

it('the first of what is wrong is told with its field', () => {
  expect(firstError(checkForm({ ...FORM, runs: '0', timeout: '1' }))).toBe(
    'Runs: Give a whole number from 1 to 20.',
  )
  expect(firstError(checkForm({ ...FORM, targets: [] }))).toBe('Choose a model first.')
  expect(firstError({})).toBe('')
})

describe('what was typed', () => {
  it('is as it was, wrong figures too', () => {
    const typed = { ...FORM, runs: 'abc', label: 'Mine' }
    expect(keptForm(JSON.stringify(typed), FORM)).toEqual(typed)
  })

  it.each([['{"runs":7,"targets":"x","unknown":1}'], ['no JSON'], ['null'], [null]])(
    'is left where it is nothing that the form knows: %s',
    (text) => expect(keptForm(text, FORM)).toMatchObject(FORM),
  )
})

it('can begin with the settings of a run', () => {
  const form = formOfRun(
    run({
      mode: 'concurrency',
      concurrency: 8,
      label: 'Nightly',
      config: { runs: 12, timeout: 60 },
    }),
    FORM,
  )
  expect(form).toMatchObject({
    targets: ['demo::fast', 'demo::slow'],
    prompt: 'Explain recursion.',
    runs: '12',
    mode: 'concurrency',
    concurrency: '8',
    timeout: '60',
    label: 'Nightly',
  })
  expect(checkForm(form)).toEqual({})
})

it('says in a line what the rare settings are', () => {
  expect(rareText(FORM)).toBe(
    'no added context, up to 512 tokens an answer, temperature 0.7, warm-up',
  )
  expect(rareText({ ...FORM, tiers: [0, 1000, 5000], warmup: false })).toContain(
    '2 context lengths, up to 512 tokens an answer, temperature 0.7, no warm-up',
  )
})
