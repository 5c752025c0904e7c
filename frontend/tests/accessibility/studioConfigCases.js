/** Studio's settings of providers, keys, parameters, profiles and prompts, and its welcome, in states that axe should see. */
import { formOfParams } from '../../src/studio/helpers/params.js'
import { providerOptions } from '../../src/studio/helpers/registry.js'
import { newForm } from '../../src/studio/helpers/runForm.js'
import {
  ADJUSTMENTS,
  KEYS,
  own,
  PRESETS,
  profile,
  REGISTRY,
  VERSIONS,
} from '../studio/configFixtures.js'
import { catalog } from '../studio/fixtures.js'

const folder = 'studio'
const settings = `${folder}/settings`
const wrap = /** @type {const} */ ('shortcuts')
const save = async () => {}
const PROVIDER = own()
const [MODEL] = PROVIDER.models

/** @type {Record<string, import('./cases.js').Case[]>} */
export const STUDIO_CONFIG_CASES = {
  [`${folder}/onboarding/WelcomeView.vue`]: [{ wrap }],
  [`${folder}/components/AdjustmentList.vue`]: [{ props: { adjustments: ADJUSTMENTS } }],
  [`${folder}/components/form/FormDialog.vue`]: [
    { props: { title: 'New thing', action: 'Save', open: false } },
  ],
  [`${folder}/components/form/ParamFields.vue`]: [
    { props: { form: formOfParams({ temperature: 1 }), errors: {} } },
    { props: { form: formOfParams(), errors: { top_p: 'Give a number.', others: 'No JSON.' } } },
  ],
  [`${folder}/components/form/ProfileFields.vue`]: [
    { props: { form: newForm(catalog()), profiles: [profile()] } },
  ],
  [`${settings}/keys/KeyDialog.vue`]: [{ wrap, props: { open: false } }],
  [`${settings}/keys/KeyRow.vue`]: [
    {
      wrap: 'jobs',
      props: { of: KEYS[0], canBeTested: true },
    },
  ],
  [`${settings}/keys/KeysView.vue`]: [{ wrap }],
  [`${settings}/parameters/OverrideDialog.vue`]: [
    { wrap, props: { providers: [], models: [], params: [], save, open: false } },
  ],
  [`${settings}/parameters/OverrideList.vue`]: [{ wrap, props: { registry: REGISTRY } }],
  [`${settings}/parameters/ParametersView.vue`]: [{ wrap }],
  [`${settings}/parameters/RegistryTable.vue`]: [{ props: { registry: REGISTRY } }],
  [`${settings}/parameters/TryParameters.vue`]: [{ wrap }],
  [`${settings}/profiles/ProfileDialog.vue`]: [{ wrap, props: { open: false } }],
  [`${settings}/profiles/ProfilesView.vue`]: [{ wrap }],
  [`${settings}/prompts/PromptDialog.vue`]: [{ wrap, props: { open: false } }],
  [`${settings}/prompts/PromptDiff.vue`]: [
    { props: { before: 'One.\nTwo.\nThree.', after: 'One.\nTwo and a half.\nThree.' } },
    { props: { before: 'One.', after: 'One.' } },
  ],
  [`${settings}/prompts/PromptsView.vue`]: [{ wrap }],
  [`${settings}/prompts/TemplateDialog.vue`]: [{ wrap, props: { taken: new Set(), open: false } }],
  [`${settings}/prompts/VersionDetail.vue`]: [
    { wrap, props: { version: VERSIONS[0], versions: VERSIONS } },
  ],
  [`${settings}/providers/AddProvider.vue`]: [
    { wrap, props: { taken: new Set(), modelValue: '' } },
    { wrap, props: { taken: new Set(), modelValue: 'openai' } },
  ],
  [`${settings}/providers/ChoiceList.vue`]: [
    {
      props: {
        label: 'Models',
        choices: providerOptions(REGISTRY).map(({ value, label }) => ({
          id: value,
          name: label,
          reason: value === 'openai' ? 'added' : '',
        })),
        modelValue: new Set(['anthropic']),
      },
    },
  ],
  [`${settings}/providers/DiscoverModels.vue`]: [{ wrap, props: { provider: PROVIDER } }],
  [`${settings}/providers/LmStudioCard.vue`]: [{ wrap, props: { providerKey: 'lm_studio' } }],
  [`${settings}/providers/ModelDialog.vue`]: [
    { wrap, props: { providerKey: 'mine', model: MODEL, open: false } },
  ],
  [`${settings}/providers/ModelRows.vue`]: [
    { wrap, props: { providerKey: 'mine', models: PROVIDER.models } },
  ],
  [`${settings}/providers/PresetCards.vue`]: [{ props: { presets: PRESETS } }],
  [`${settings}/providers/ProviderDetailView.vue`]: [{ wrap }],
  [`${settings}/providers/ProviderForm.vue`]: [
    { wrap, props: { preset: PRESETS[0], verb: 'Add', save } },
    { wrap, props: { provider: PROVIDER, verb: 'Save', save } },
  ],
  [`${settings}/providers/ProvidersView.vue`]: [{ wrap }],
  [`${settings}/providers/SecretField.vue`]: [
    { props: { modelValue: '' } },
    { props: { isKept: true, isRemovable: true, modelValue: null } },
    { props: { isKept: true, isRemovable: true, modelValue: '', error: 'No.' } },
  ],
  [`${settings}/providers/TestLine.vue`]: [{ wrap, props: { draft: { provider_key: 'mine' } } }],
}
