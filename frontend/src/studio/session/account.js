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

/** @param {string} email @returns {string} a sentence; empty where nothing is wrong */
export const emailProblem = (email) =>
  email.includes('@') ? '' : 'Enter an e-mail address, with an @.'

/** @param {string} password which is being chosen @returns {string} a sentence; empty where nothing is wrong */
export function newPasswordProblem(password) {
  if (!password) return 'Enter a password.'
  return password.length < SHORTEST_PASSWORD
    ? `A password needs at least ${SHORTEST_PASSWORD} characters.`
    : ''
}

/** @param {Partial<Record<string, string>>} problems @returns {Partial<Record<string, string>>} those that are some */
export const onlyProblems = (problems) =>
  Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem))

/**
 * What can be told without the server.
 * @param {Partial<Record<Field, string>>} account
 * @param {{ isNew: boolean }} options
 * @returns {Problems}
 */
export function problemsOf({ email = '', password = '', setup_code, invitation }, { isNew }) {
  const given = password ? '' : 'Enter a password.'
  return onlyProblems({
    email: emailProblem(email),
    password: isNew ? newPasswordProblem(password) : given,
    setup_code: setup_code === '' ? 'Enter the set-up code.' : '',
    invitation: invitation === '' ? 'Enter the invitation.' : '',
  })
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
