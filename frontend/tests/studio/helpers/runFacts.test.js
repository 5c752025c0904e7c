/** What a run says of its settings. */
import { describe, expect, it } from 'vitest'
import { settingFacts } from '../../../src/studio/helpers/runFacts.js'
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
