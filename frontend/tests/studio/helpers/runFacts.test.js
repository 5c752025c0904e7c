/** What a run says of its settings. */
import { describe, expect, it } from 'vitest'
import { settingFacts } from '../../../src/studio/helpers/runFacts.js'
import { loadText } from '../../../src/studio/helpers/runStates.js'
import { run } from '../fixtures.js'

const labelsOf = (/** @type {object} */ changes) =>
  settingFacts(run(changes)).map(({ label }) => label)

describe('settings of a run', () => {
  it('tell of prompts from a file where there are any, and only there', () => {
    const config = { mode: 'single', runs: 1, dataset_on_error: 'refuse' }
    expect(labelsOf({ config, has_dataset: true })).toContain('Prompts')
    expect(labelsOf({ config, has_dataset: false })).not.toContain('Prompts')
  })
})

describe('the load of a run in a list', () => {
  it('is read from its settings, which are JSON there', () => {
    const config_json = JSON.stringify({ concurrencies: [1, 4, 16] })
    expect(loadText({ mode: 'concurrency', concurrency: 1, config_json })).toBe(
      '1, 4 and 16 at once',
    )
    expect(loadText({ mode: 'single', concurrency: 1 })).toBe('One after another')
  })
})
