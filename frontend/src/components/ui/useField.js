/** What a form field tells the control within it: its id, whether it is disabled, and what describes it. */
import { computed, inject, provide, useId } from 'vue'

/**
 * @typedef {object} FieldFacts
 * @property {string} [help]
 * @property {string} [error]
 * @property {boolean} [required]
 * @property {string} [disabledReason]
 */
/** @typedef {ReturnType<typeof provideField>} Field */

/** @type {import('vue').InjectionKey<Field>} */
const FIELD = Symbol('field')

/** @param {FieldFacts} facts a form field's props */
export function provideField(facts) {
  const id = useId()
  const ids = { error: `${id}-error`, reason: `${id}-reason`, help: `${id}-help` }
  const field = {
    id,
    ids,
    isDisabled: computed(() => Boolean(facts.disabledReason)),
    /** For the element that takes the input. */
    attrs: computed(() => {
      const told = [
        facts.error && ids.error,
        facts.disabledReason && ids.reason,
        facts.help && ids.help,
      ]
      return {
        'aria-describedby': told.filter(Boolean).join(' ') || undefined,
        'aria-invalid': facts.error ? /** @type {const} */ (true) : undefined,
        'aria-required': facts.required ? /** @type {const} */ (true) : undefined,
      }
    }),
  }
  provide(FIELD, field)
  return field
}

/** @returns {Field | null} the field around a control; null where the control stands alone */
export const useField = () => inject(FIELD, null)

/**
 * @param {{ disabled?: boolean }} props a control's
 * @returns what it is bound to, in a field or without one
 */
export function useControl(props) {
  const field = useField()
  const ownId = useId()
  return {
    id: field?.id ?? ownId,
    isDisabled: computed(() => Boolean(props.disabled || field?.isDisabled.value)),
    fieldAttrs: computed(() => field?.attrs.value),
  }
}
