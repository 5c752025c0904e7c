/** What an account needs, and which field a refusal is about. */

/** @typedef {'email' | 'password' | 'setup_code' | 'invitation'} Field */
/** @typedef {Partial<Record<Field, string>>} Problems a sentence each */

/** As people know them. @type {Record<Field, string>} */
export const FIELDS = {
  email: 'E-mail',
  password: 'Password',
  setup_code: 'Set-up code',
  invitation: 'Invitation',
}

const SHORTEST_PASSWORD = 8

/**
 * What can be told without the server.
 * @param {Partial<Record<Field, string>>} account
 * @param {{ isNew: boolean }} options
 * @returns {Problems}
 */
export function problemsOf({ email = '', password = '', setup_code, invitation }, { isNew }) {
  /** @type {Problems} */
  const problems = {}
  if (!email.includes('@')) problems.email = 'Enter an e-mail address, with an @.'
  if (!password) problems.password = 'Enter a password.'
  else if (isNew && password.length < SHORTEST_PASSWORD)
    problems.password = `A password needs at least ${SHORTEST_PASSWORD} characters.`
  if (setup_code === '') problems.setup_code = 'Enter the set-up code.'
  if (invitation === '') problems.invitation = 'Enter the invitation.'
  return problems
}

/** How sentences name a field; the first one that is named is the one that is meant. @type {[Field, RegExp][]} */
const WORDS = [
  ['setup_code', /set-?up code/i],
  ['invitation', /invit/i],
  ['email', /e-?mail/i],
  ['password', /password/i],
]

/**
 * @param {{ status?: number, message: string }} error
 * @returns {Field | null} null where it is about no field, or about more than one
 */
export function fieldOf({ status, message }) {
  const isRefusal = status !== undefined && status >= 400 && status < 500
  if (!isRefusal) return null
  const named = WORDS.filter(([, words]) => words.test(message))
  return named.length === 1 ? named[0][0] : null
}
