/** Keys in words, in the groups that they are shown in. */
import { shortMoment } from './moments.js'

/** @typedef {import('../settings/keys/useKeys.js').Key} Key */

const GATEWAY = 'gateway'

/**
 * @param {Key[]} keys
 * @param {import('./types.js').Provider[]} shared
 * @returns {Key[]} with the gateway among them where there is one, as one may give it a key of one's own
 */
export function withGateway(keys, shared) {
  const gateway = shared.find(({ provider_key }) => provider_key === GATEWAY)
  const known = keys.find(({ provider_key }) => provider_key === GATEWAY)
  if (!gateway) return keys
  const others = keys.filter((key) => key !== known)
  const own = known ?? {
    provider_key: GATEWAY,
    key_env_name: null,
    has_global_key: false,
    has_user_key: false,
    user_key_updated_at: null,
  }
  return [{ ...own, display_name: gateway.display_name, standalone: false }, ...others]
}

/** @param {Key[]} keys @returns {{ title: string, text: string, keys: Key[] }[]} those with keys */
export function keyGroups(keys) {
  const isGateway = (/** @type {Key} */ { provider_key }) => provider_key === GATEWAY
  const groups = [
    {
      title: 'The gateway',
      text: 'With a virtual key of your own, what you measure is counted as yours, and you see the models that you may use.',
      keys: keys.filter(isGateway),
    },
    {
      title: 'Your providers',
      text: '',
      keys: keys.filter((key) => !isGateway(key) && !key.standalone),
    },
    {
      title: 'For something else',
      text: 'No provider of yours is called so; one that you add by that short name will use the key.',
      keys: keys.filter((key) => !isGateway(key) && key.standalone),
    },
  ]
  return groups.filter((group) => group.keys.length)
}

/** @param {Key} key @returns {{ text: string, note: string, tone: 'good' | 'missing' | '' }} */
export function keyText({
  provider_key,
  has_user_key,
  user_key_updated_at,
  has_global_key,
  key_env_name,
}) {
  if (has_user_key) {
    const since = user_key_updated_at ? `Since ${shortMoment(user_key_updated_at)}` : ''
    return { text: 'Yours', note: since, tone: 'good' }
  }
  if (has_global_key)
    return {
      text: 'Of this server',
      note: key_env_name ? `In its variable ${key_env_name}` : '',
      tone: 'good',
    }
  if (provider_key === GATEWAY)
    return {
      text: 'None of your own',
      note: 'This server’s key is used, where it has one.',
      tone: '',
    }
  const note = key_env_name ? `Its variable ${key_env_name} is not set` : ''
  return { text: 'None', note, tone: key_env_name ? 'missing' : '' }
}

const NAME = /^[a-zA-Z0-9_-]{1,64}$/

/** @param {string | null} secret as it was typed or pasted @returns {string} what is wrong with it */
export function secretError(secret) {
  if (!secret?.trim()) return ''
  return /\s/.test(secret.trim()) ? 'A key has no spaces or line breaks: copy it once more.' : ''
}

/**
 * @param {{ provider: string, value: string }} form
 * @param {{ isFor?: string }} of the provider, where that is not typed
 * @returns {Partial<Record<'provider' | 'value', string>>}
 */
export function checkKey({ provider, value }, { isFor }) {
  const all = {
    provider:
      isFor || NAME.test(provider.trim()) ? '' : 'Letters, digits, _ and - only, 64 at most.',
    value: value.trim() ? secretError(value) : 'Paste the key.',
  }
  return Object.fromEntries(Object.entries(all).filter(([, sentence]) => sentence))
}
