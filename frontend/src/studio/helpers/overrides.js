/** The form for one's own word on a parameter. */
import { numberOf } from './providers.js'
import { targetOf } from './targets.js'

/** @typedef {{ of: string, name: string, param: string, supported: string, min: string, max: string }} OverrideForm `name`: a provider's key in the registry, or a model as targets are named */

/** @param {string} text */
const notNumber = (text) =>
  text.trim() && !Number.isFinite(numberOf(text)) ? 'Give a number, or nothing.' : ''

/** @param {OverrideForm} form @returns {Partial<Record<keyof OverrideForm, string>>} */
export function checkOverride(form) {
  const isTaken = form.supported !== 'no'
  const all = {
    name: form.name ? '' : 'Choose one.',
    param: form.param ? '' : 'Choose one.',
    min: isTaken ? notNumber(form.min) : '',
    max: isTaken ? notNumber(form.max) || wrongOrder(form) : '',
  }
  return Object.fromEntries(Object.entries(all).filter(([, sentence]) => sentence))
}

/** @param {OverrideForm} form */
const wrongOrder = ({ min, max }) =>
  min.trim() && max.trim() && numberOf(min) > numberOf(max) ? 'This is less than From.' : ''

/** @param {OverrideForm} form without errors @returns {import('./registry.js').Override} */
export function overrideOf({ of, name, param, supported, min, max }) {
  const isTaken = supported !== 'no'
  return {
    of: of === 'model' ? 'model' : 'provider',
    name: of === 'model' ? targetOf(name).model_id : name,
    param,
    spec: {
      supported: /** @type {'yes'} */ (supported),
      ...(isTaken && min.trim() && { min: numberOf(min) }),
      ...(isTaken && max.trim() && { max: numberOf(max) }),
    },
  }
}
