/** What was done, as a sentence; whatever it leaves out stands in the entry itself. */

/**
 * @typedef {object} AuditEntry
 * @property {string} id
 * @property {string} at ISO 8601
 * @property {string | null} user_id who did it
 * @property {string | null} email of whom, as it was then
 * @property {string} action
 * @property {string | null} subject the id of what it was done to
 * @property {Record<string, any> | null} detail
 * @property {string | null} address where it was asked from
 */

const NOBODY = 'Somebody unknown'

/** Parts of a provider, in words. @type {Record<string, string>} */
const PARTS = {
  api_base: 'address',
  api_key_env: 'variable of its key',
  direct_local: 'who calls it',
  display_name: 'name',
  model_id_prefix: 'prefix',
}

/** @param {string} word */
const roleWord = (word) => (word === 'admin' ? 'an administrator' : 'a user')

/**
 * Each is told who did it, the details, and whom or what it was done to, as far as that was written down.
 * @type {Record<string, { label: string, tell: (who: string, detail: Record<string, any>, whom: string, subject: string) => string }>}
 */
const ACTIONS = {
  register: { label: 'Account made', tell: (who) => `${who} made an account` },
  login: { label: 'Signed in', tell: (who) => `${who} signed in` },
  login_failed: {
    label: 'Sign-in failed',
    tell: (who) =>
      who === NOBODY ? 'A sign-in with an unknown address failed' : `A sign-in as ${who} failed`,
  },
  logout: { label: 'Signed out', tell: (who) => `${who} signed out` },
  refresh_reused: {
    label: 'Session used twice',
    tell: (who) => `A session of ${who} came from two places, and was ended`,
  },
  session_revoked: { label: 'Session ended', tell: (who) => `${who} ended a session or a token` },
  sessions_revoked: { label: 'Sessions ended', tell: (who) => `${who} ended all other sessions` },
  token_made: {
    label: 'Token made',
    tell: (who, { name }) => `${who} made a token${name ? `, “${name}”` : ''}`,
  },
  password_changed: {
    label: 'Password changed',
    tell: (who) => `${who} changed their password`,
  },
  password_refused: {
    label: 'Password refused',
    tell: (who) => `${who} gave a wrong password where one was asked for`,
  },
  email_changed: {
    label: 'E-mail changed',
    tell: (who, { before, after }) =>
      before && after
        ? `${who} changed their address from ${before} to ${after}`
        : `${who} changed their address`,
  },
  reset_asked: { label: 'Reset asked for', tell: (who) => `${who} asked for a new password` },
  reset_link_made: {
    label: 'Reset link made',
    tell: (who, { by }, whom) =>
      by === 'terminal'
        ? `A reset link for ${whom} was made at the server’s terminal`
        : `${who} made a reset link for ${whom}`,
  },
  password_reset: {
    label: 'Password reset',
    tell: (who) => `${who} chose a new password by a link`,
  },
  account_deleted: {
    label: 'Account deleted by its owner',
    tell: (who) => `${who} deleted their account`,
  },
  user_deleted: {
    label: 'Account deleted by an administrator',
    tell: (who, _detail, whom) => `${who} deleted the account of ${whom}`,
  },
  role_changed: {
    label: 'Role changed',
    tell: (who, { after, by }, whom) =>
      by ? `The settings made ${who} ${roleWord(after)}` : `${who} made ${whom} ${roleWord(after)}`,
  },
  limits_changed: {
    label: 'Limits changed',
    tell: (who, _detail, whom) => `${who} changed the limits of ${whom}`,
  },
  invitation_created: {
    label: 'Invitation made',
    tell: (who, { email, role }) =>
      `${who} invited ${email ?? 'whoever has the link'}${role === 'admin' ? ' as an administrator' : ''}`,
  },
  invitation_withdrawn: {
    label: 'Invitation revoked',
    tell: (who, { email }) => `${who} revoked the invitation of ${email ?? 'whoever has the link'}`,
  },
  invitation_used: { label: 'Invitation used', tell: (who) => `${who} used an invitation` },
  key_changed: {
    label: 'Key changed',
    tell: (who, { provider_key }) => `${who} set a key${of(provider_key)}`,
  },
  key_deleted: {
    label: 'Key deleted',
    tell: (who, { provider_key }) => `${who} deleted a key${of(provider_key)}`,
  },
  provider_added: {
    label: 'Provider added',
    tell: (who, _detail, _whom, subject) => `${who} added the provider ${subject}`,
  },
  provider_changed: {
    label: 'Provider changed',
    tell: (who, { changed }, _whom, subject) => {
      const parts = (changed ?? []).map(
        (/** @type {string} */ name) => PARTS[name] ?? plainly(name),
      )
      return `${who} changed the provider ${subject}${parts.length ? `: ${parts.join(', ')}` : ''}`
    },
  },
  provider_deleted: {
    label: 'Provider deleted',
    tell: (who, _detail, _whom, subject) => `${who} deleted the provider ${subject}`,
  },
  vault_rotated: { label: 'Vault rotated', tell: () => 'The keys of the vault were rotated' },
}

/** @param {unknown} provider */
const of = (provider) => (provider ? ` for ${provider}` : '')

/** @param {string} action @returns {string} "provider added" of `provider_added` */
const plainly = (action) => action.replaceAll('_', ' ')

/** What the audit can be narrowed to. */
export const ACTION_OPTIONS = [
  { value: '', label: 'Everything' },
  ...Object.entries(ACTIONS)
    .map(([value, { label }]) => ({ value, label }))
    .sort((a, b) => a.label.localeCompare(b.label)),
]

/** @param {AuditEntry} entry @returns {string} */
export function auditSentence({ email, user_id, action, subject, detail }) {
  const who = email ?? NOBODY
  const isOwn = subject !== null && subject === user_id
  const whom = isOwn ? 'their own account' : (detail?.email ?? 'an account')
  const known = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : null
  return known
    ? `${known.tell(who, detail ?? {}, whom, subject ?? 'of unknown name')}.`
    : `${who}: ${plainly(action)}.`
}
