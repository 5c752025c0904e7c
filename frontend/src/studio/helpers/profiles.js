/** Profiles: by model, in words, and as the form that changes one. */
import { formatInteger } from '../../shared/format/numbers.js'
import { checkParams, formOfParams, paramsOf, paramsText } from './params.js'

/** @typedef {import('../composables/useProfiles.js').Profile} Profile */

/**
 * @typedef {object} ProfileForm
 * @property {string} model its id
 * @property {string} name
 * @property {string} description
 * @property {'none' | 'own' | 'library'} prompt where its system prompt is
 * @property {string} system
 * @property {string} version of the library
 * @property {boolean} isDefault
 * @property {import('./params.js').ParamForm} params
 */

/** @param {Profile[]} profiles @returns {{ model: string, profiles: Profile[] }[]} the default one first */
export function profilesByModel(profiles) {
  /** @type {Map<string, Profile[]>} */
  const groups = new Map()
  for (const profile of profiles)
    groups.set(profile.model_id, [...(groups.get(profile.model_id) ?? []), profile])
  return [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([model, own]) => ({
      model,
      profiles: own.sort(
        (a, b) => Number(b.is_default) - Number(a.is_default) || a.name.localeCompare(b.name),
      ),
    }))
}

/** @param {Profile} profile @returns {string} "temperature 0.2, system prompt “Terse”" */
export function profileText({
  params_json,
  system_prompt,
  prompt_version_id,
  prompt_version_label,
}) {
  const prompt = prompt_version_id
    ? `system prompt ${prompt_version_label ? `“${prompt_version_label}”` : 'from the library'}`
    : system_prompt
      ? 'a system prompt of its own'
      : ''
  return [paramsText(params_json), prompt].filter(Boolean).join(', ') || 'nothing set'
}

/** @param {Profile | null} profile @param {string} [model] of a new one @returns {ProfileForm} */
export function formOfProfile(profile, model = '') {
  const hasOwn = Boolean(profile?.system_prompt)
  return {
    model: profile?.model_id ?? model,
    name: profile?.name ?? '',
    description: profile?.description ?? '',
    prompt: profile?.prompt_version_id ? 'library' : hasOwn ? 'own' : 'none',
    system: profile?.prompt_version_id ? '' : (profile?.system_prompt ?? ''),
    version: profile?.prompt_version_id ?? '',
    isDefault: profile?.is_default ?? false,
    params: formOfParams(profile?.params_json),
  }
}

/** @param {string} name @param {string[]} taken @returns {string} "Terse (copy)", "Terse (copy 2)" */
export function copyName(name, taken) {
  for (let count = 1; ; count += 1) {
    const next = `${name} (copy${count > 1 ? ` ${count}` : ''})`
    if (!taken.includes(next)) return next
  }
}

const LONGEST_SYSTEM = 50_000

/** @param {ProfileForm} form @returns {Partial<Record<keyof ProfileForm, string>>} */
export function checkProfile(form) {
  const all = {
    model: form.model ? '' : 'Choose a model.',
    name: form.name.trim() ? '' : 'Give it a name.',
    system:
      form.prompt === 'own' && form.system.length > LONGEST_SYSTEM
        ? `At most ${formatInteger(LONGEST_SYSTEM)} letters.`
        : form.prompt === 'own' && !form.system.trim()
          ? 'Write it, or choose “None”.'
          : '',
    version: form.prompt === 'library' && !form.version ? 'Choose one.' : '',
    params: Object.keys(checkParams(form.params)).length ? 'Some are not right yet.' : '',
  }
  return Object.fromEntries(Object.entries(all).filter(([, sentence]) => sentence))
}

/** @param {ProfileForm} form without errors @returns {Record<string, unknown>} all but the model, which stays */
export const profileBody = (form) => ({
  name: form.name.trim(),
  description: form.description.trim(),
  params_json: paramsOf(form.params),
  system_prompt: form.prompt === 'own' ? form.system : null,
  prompt_version_id: form.prompt === 'library' ? form.version : null,
  is_default: form.isDefault,
})

/** Fields of the form by what the server calls them. */
export const PROFILE_FIELDS = /** @type {const} */ ({
  model_id: 'model',
  name: 'name',
  system_prompt: 'system',
  prompt_version_id: 'version',
  params_json: 'params',
})
