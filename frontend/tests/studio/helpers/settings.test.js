/** Providers, models, keys, parameters, profiles and prompts: in words, and as forms. */
import { describe, expect, it } from 'vitest'
import { foundModels, knownIds, listedBody } from '../../../src/studio/helpers/discovery.js'
import { checkKey, keyGroups, keyText, withGateway } from '../../../src/studio/helpers/keys.js'
import {
  checkModel,
  formOfModel,
  modelChange,
  readObject,
} from '../../../src/studio/helpers/models.js'
import { checkOverride, overrideOf } from '../../../src/studio/helpers/overrides.js'
import {
  adjustedText,
  checkParams,
  formOfParams,
  paramsOf,
  paramsText,
  willText,
} from '../../../src/studio/helpers/params.js'
import { copyName, profileBody, formOfProfile } from '../../../src/studio/helpers/profiles.js'
import { promptTree } from '../../../src/studio/helpers/prompts.js'
import {
  checkProvider,
  formOfPreset,
  formOfProvider,
  keyOfName,
  keyState,
  needsText,
  presetGroups,
  providerBody,
  providerDraft,
} from '../../../src/studio/helpers/providers.js'
import {
  overridesOf,
  rowsOfParam,
  rowsOfProvider,
  supportOf,
  takesText,
} from '../../../src/studio/helpers/registry.js'
import { chosenProfiles, newForm, requestOf } from '../../../src/studio/helpers/runForm.js'
import {
  ADJUSTMENTS,
  KEYS,
  own,
  ownModel,
  PRESETS,
  profile,
  REGISTRY,
  version,
} from '../configFixtures.js'
import { catalog } from '../fixtures.js'

const [OPENAI, , OLLAMA, OTHER] = PRESETS

describe('presets', () => {
  it('begin with what runs on the same machine, where the server does, too', () => {
    const titles = (/** @type {boolean} */ isLocal) =>
      presetGroups(PRESETS, { isLocal }).map(({ title }) => title)
    expect(titles(true)[0]).toBe('On your own machines')
    expect(titles(false)[0]).toBe('Services')
  })

  it('say what they need', () => {
    expect([OPENAI, OLLAMA, OTHER].map(needsText)).toEqual([
      'Needs an API key',
      'No key, at 127.0.0.1:11434',
      'Needs its address',
    ])
  })

  it('fill the form in, under a short name that is free', () => {
    expect(formOfPreset(OPENAI, new Set(['openai'])).key).toBe('openai-2')
    expect(formOfPreset(OTHER, new Set())).toMatchObject({ name: '', key: '', address: '' })
  })
})

describe('the form of a provider', () => {
  const form = () => ({ ...formOfPreset(OTHER, new Set()), name: 'Über server!' })

  it('makes a short name of the name', () => {
    expect(keyOfName('Über server!')).toBe('uber-server')
    expect(providerBody(form()).provider_key).toBe('uber-server')
  })

  it.each([
    ['address', { address: 'ftp://a.b' }, /http/],
    ['address', { address: 'https://me:pw@a.b/v1' }, /user and password/],
    ['address', { address: 'a.b' }, /no address/],
    ['secret', { secret: 'sk-a\nsk-b' }, /line breaks/],
    ['key', { key: 'gateway' }, /take another/],
    ['key', { key: 'mine' }, /already/],
    ['timeout', { timeout: '0' }, /from 1 to 600/],
    ['name', { name: ' ' }, /name/],
  ])('says at %s what is wrong with %o', (field, change, reason) => {
    const errors = checkProvider({ ...form(), ...change }, { taken: new Set(['mine']) })
    expect(errors[/** @type {'key'} */ (field)]).toMatch(reason)
  })

  it('asks for an address only where nobody else knows it', () => {
    expect(checkProvider(form(), { needsAddress: true })).toEqual({
      address: 'Give the address that its API is at.',
    })
    expect(checkProvider(form())).toEqual({})
  })

  it('never sends a key that is kept, and says of what was cleared that it is none', () => {
    const body = providerBody({ ...formOfProvider(own()), prefix: '', address: '' })
    expect(body).not.toHaveProperty('api_key')
    expect(body).toMatchObject({ api_base: null, model_id_prefix: null, api_key_env: null })
  })

  it('tests what can be tested, and nothing else', () => {
    const draft = providerDraft({ ...form(), secret: 'sk-new', timeout: '5' })
    expect(draft).toEqual({
      provider_key: 'uber-server',
      api_base: null,
      model_id_prefix: null,
      api_key: 'sk-new',
    })
  })
})

it('says where a provider has its key from', () => {
  expect(keyState(own()).text).toBe('Key kept')
  expect(keyState(own({ api_key: '' }), true)).toEqual({ text: 'Key missing', isMissing: true })
  expect(keyState(own({ api_key: '', api_key_env: 'A_KEY' })).text).toBe('A_KEY is not set')
})

describe('the form of a model', () => {
  it('says where its JSON is no object, and where figures are beyond their limits', () => {
    const errors = checkModel({
      ...formOfModel(ownModel()),
      fields: '[1]',
      window: '0',
      inputPrice: '-1',
    })
    expect(Object.keys(errors).sort()).toEqual(['fields', 'inputPrice', 'window'])
    expect(readObject('{"a": ').problem).toMatch(/not JSON yet/)
  })

  it('changes prices only where they were changed: their date is that of the change', () => {
    const model = ownModel()
    const form = formOfModel(model)
    expect(modelChange(form, model, 'mine')).not.toHaveProperty('input_cost_per_mtok')
    expect(modelChange({ ...form, inputPrice: '' }, model, 'mine').input_cost_per_mtok).toBeNull()
    expect(modelChange({ ...form, id: 'faster' }, model, 'mine').new_model_id).toBe('faster')
  })
})

describe('models that a provider lists', () => {
  it('are shown once, and those that are there cannot be chosen again', () => {
    const listed = [{ id: 'fast' }, { id: 'fast' }, { id: 'new' }]
    const known = knownIds(
      own({ models: [ownModel({ model_id: 'pre/fast' })], model_id_prefix: 'pre' }),
    )
    expect(foundModels(listed, '', known)).toEqual([
      { id: 'fast', name: 'fast', reason: 'added' },
      { id: 'new', name: 'new', reason: '' },
    ])
  })

  it('are found by words, five thousand in no time', () => {
    const listed = Array.from({ length: 5000 }, (_, at) => ({ id: `model-${at}` }))
    expect(foundModels(listed, 'model 4999', new Set())).toHaveLength(1)
  })

  it('are added with all that was told of them', () => {
    const body = listedBody(
      { id: 'a', display_name: null, context_window: 10, input_cost_per_mtok: null },
      'mine',
    )
    expect(body).toEqual({ provider_key: 'mine', id: 'a', display_name: 'a', context_window: 10 })
  })
})

describe('keys', () => {
  it('have the gateway first, where there is one, even without a key', () => {
    const shared = Object.values(catalog().shared)
    const [first] = keyGroups(withGateway(KEYS, shared))
    expect(first.keys.map(({ provider_key }) => provider_key)).toEqual(['gateway'])
    expect(keyText(first.keys[0]).text).toBe('None of your own')
    expect(keyGroups(withGateway(KEYS, [])).map(({ title }) => title)).toEqual([
      'Your providers',
      'For something else',
    ])
  })

  it('are one word', () => {
    expect(checkKey({ provider: 'a b', value: 'sk a' }, {})).toEqual({
      provider: expect.any(String),
      value: expect.any(String),
    })
    expect(checkKey({ provider: '', value: ' sk-a\n' }, { isFor: 'mine' })).toEqual({})
  })
})

describe('parameters', () => {
  it('come back as they were, with what has no field as JSON', () => {
    const params = {
      temperature: 0.2,
      stop: ['a', 'b'],
      reasoning_effort: 'low',
      passthrough: { min_p: 0.1 },
    }
    expect(paramsOf(formOfParams(params))).toEqual(params)
    expect(paramsOf(formOfParams({}))).toEqual({})
  })

  it('keep each digit of a large whole number', () => {
    const params = {
      seed: 98765432109876543210n,
      passthrough: { key: 12345678901234567890n, list: [-12345678901234567890n] },
    }
    expect(paramsOf(formOfParams(params))).toEqual(params)
    expect(paramsText(params)).toBe(
      'seed 98765432109876543210, key 12345678901234567890, list [-12345678901234567890]',
    )
    expect(readObject('{"a": 12345678901234567890,\n "b" 1}').problem).not.toMatch(/line 1/)
  })

  it('are numbers where they have to be', () => {
    expect(checkParams({ ...formOfParams(), seed: '1.5', top_p: 'x', others: '{' })).toEqual({
      seed: expect.stringMatching(/whole/),
      top_p: expect.stringMatching(/number/),
      others: expect.stringMatching(/JSON/),
    })
  })

  it('say what became of them, and what will', () => {
    expect(ADJUSTMENTS.map(adjustedText)).toEqual([
      'temperature 1.5 became 1: Anthropic takes from 0 to 1.',
      'top_p was left out: Anthropic takes one of temperature and top_p.',
      'seed was sent as it is: Anthropic does not take it; it is sent all the same.',
    ])
    expect(willText(ADJUSTMENTS[0])).toBe('temperature 1.5 will be 1: Anthropic takes from 0 to 1.')
  })
})

describe('the registry', () => {
  it('tells ranges, words, and what is not taken or not known', () => {
    expect(rowsOfProvider(REGISTRY, 'openai').map(({ takes }) => takes)).toEqual([
      '0 to 2',
      'no',
      'none, low',
      'yes',
    ])
    expect(rowsOfParam(REGISTRY, 'top_k').map(({ name, takes }) => [name, takes])).toEqual([
      ['OpenAI', 'no'],
      ['Anthropic', 'with some models: 1 to 500'],
      ['Any other provider', 'not known'],
    ])
    expect(takesText({ min: 1 })).toBe('from 1 on')
    expect(rowsOfProvider(REGISTRY, 'openai')[0]).toMatchObject({
      source: 'API reference: Chat',
      asOf: '26 Nov 2026',
    })
  })

  it('keeps one’s own word as the server takes it, also from its shorter forms', () => {
    const told = {
      provider_defaults: { openai: { params: { top_k: true } } },
      model_overrides: { fast: { seed: { supported: 'no' } } },
    }
    const overrides = overridesOf(told)
    expect(overrides.map(({ of, name, param }) => [of, name, param])).toEqual([
      ['provider', 'openai', 'top_k'],
      ['model', 'fast', 'seed'],
    ])
    expect(supportOf(overrides)).toEqual({
      provider_defaults: { openai: { top_k: { supported: true } } },
      model_overrides: { fast: { seed: { supported: 'no' } } },
    })
    expect(supportOf([])).toBeNull()
  })

  it('takes a range that is one', () => {
    const form = {
      of: 'model',
      name: 'mine::a/b',
      param: 'top_k',
      supported: 'yes',
      min: '5',
      max: '1',
    }
    expect(checkOverride(form)).toEqual({ max: 'This is less than From.' })
    expect(overrideOf({ ...form, max: '9' })).toEqual({
      of: 'model',
      name: 'a/b',
      param: 'top_k',
      spec: { supported: 'yes', min: 5, max: 9 },
    })
  })
})

describe('profiles', () => {
  it('are copied under a name that is free', () => {
    expect(copyName('Cool', ['Cool', 'Cool (copy)'])).toBe('Cool (copy 2)')
  })

  it('have one prompt: their own, or one of the library', () => {
    const body = profileBody({
      ...formOfProfile(profile()),
      prompt: 'library',
      version: 'v1',
      system: 'Mine',
    })
    expect(body).toMatchObject({ system_prompt: null, prompt_version_id: 'v1' })
  })

  it('are chosen by default in a run, unless another or none is', () => {
    const profiles = [profile(), profile({ id: 'p2', is_default: false })]
    const form = newForm(catalog())
    expect(chosenProfiles(form, profiles)).toEqual({ fast: 'p1' })
    expect(chosenProfiles({ ...form, profiles: { fast: 'p2' } }, profiles)).toEqual({ fast: 'p2' })
    expect(chosenProfiles({ ...form, profiles: { fast: '' } }, profiles)).toEqual({})
    expect(chosenProfiles({ ...form, profiles: { fast: 'gone' } }, profiles)).toEqual({})
    expect(requestOf(form, profiles).profiles).toEqual({ fast: 'p1' })
    expect(requestOf(form)).not.toHaveProperty('profiles')
    expect(requestOf(form)).not.toHaveProperty('provider_params')
  })
})

it('makes a tree of versions, whatever their parents are', () => {
  const versions = [
    version('a', { created_at: '2026-01-01' }),
    version('b', { parent_version_id: 'a', created_at: '2026-01-02' }),
    version('c', { parent_version_id: 'gone', created_at: '2026-01-03' }),
    version('d', { parent_version_id: 'b', created_at: '2026-01-04' }),
    version('x', { parent_version_id: 'y', created_at: '2026-01-05' }),
    version('y', { parent_version_id: 'x', created_at: '2026-01-06' }),
  ]
  expect(promptTree(versions).map(({ version: { id }, depth }) => `${id}${depth}`)).toEqual([
    'c0',
    'a0',
    'b1',
    'd2',
    'y0',
    'x1',
  ])
})
