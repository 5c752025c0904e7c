/** Studio's pages of accounts and their administration, in states that axe should see. */
import { effectScope } from 'vue'
import { readLines } from '../../src/studio/admin/logLines.js'
import { useSubmit } from '../../src/studio/composables/useSubmit.js'
import { account, entry, LOG_LINES } from '../studio/accountFixtures.js'

const folder = 'studio'
const act = async () => {}
const inShell = /** @type {const} */ ({ wrap: 'studio' })

/** @type {Record<string, import('./cases.js').Case[]>} */
export const ACCOUNT_CASES = {
  [`${folder}/account/ForgotView.vue`]: [inShell],
  [`${folder}/account/PasswordField.vue`]: [
    { props: { label: 'Password', modelValue: '' } },
    { props: { label: 'Password', modelValue: 'short', isNew: true, error: 'Too short.' } },
  ],
  [`${folder}/account/RegisterView.vue`]: [inShell],
  [`${folder}/account/ResetView.vue`]: [inShell],
  [`${folder}/account/WayIn.vue`]: [
    { props: { title: 'Come in', text: 'By this way.' }, slots: { default: () => 'The form' } },
  ],
  [`${folder}/admin/AdminShell.vue`]: [inShell],
  [`${folder}/admin/AuditItem.vue`]: [{ wrap: 'list', props: { entry: entry() } }],
  [`${folder}/admin/AuditView.vue`]: [inShell],
  [`${folder}/admin/InvitationForm.vue`]: [{ props: { make: act } }],
  [`${folder}/admin/InvitationsView.vue`]: [inShell],
  [`${folder}/admin/JobsView.vue`]: [inShell],
  [`${folder}/admin/LogEntry.vue`]: readLines([...LOG_LINES, 'no JSON']).map((line) => ({
    props: { line },
  })),
  [`${folder}/admin/LogView.vue`]: [inShell],
  [`${folder}/admin/ResetLinkDialog.vue`]: [
    { wrap: 'studio', props: { user: { id: 'a', email: 'grace@example.org' } } },
  ],
  [`${folder}/admin/ResetRequests.vue`]: [inShell],
  [`${folder}/admin/SystemView.vue`]: [inShell],
  [`${folder}/admin/UserEditor.vue`]: [
    { wrap: 'studio', props: { user: account() } },
    { wrap: 'studio', props: { user: account({ role: 'admin' }), isMe: true } },
  ],
  [`${folder}/admin/UserRow.vue`]: [
    { wrap: 'studioTable', props: { user: account({ role: 'admin' }), isOpen: true } },
  ],
  [`${folder}/admin/UsersTable.vue`]: [{ wrap: 'studio', props: { users: [account()] } }],
  [`${folder}/admin/UsersView.vue`]: [inShell],
  [`${folder}/components/BackLink.vue`]: [
    { props: { to: { name: 'studio' } }, slots: { default: () => 'All runs' } },
  ],
  [`${folder}/components/ConfirmDialog.vue`]: [
    { props: { title: 'Delete it?', action: 'Delete', act, open: false } },
  ],
  [`${folder}/components/LineItem.vue`]: [
    { wrap: 'list', props: { title: 'A thing' }, slots: { facts: () => 'Made today' } },
  ],
  [`${folder}/components/ListSkeleton.vue`]: [{}],
  [`${folder}/components/MomentText.vue`]: [{ props: { at: '2026-11-25T09:00:00.000Z' } }, {}],
  [`${folder}/components/SecretBox.vue`]: [
    { props: { what: 'token', value: 'abc', text: 'Keep it.' } },
  ],
  [`${folder}/components/SideShell.vue`]: [
    {
      props: { title: 'Settings', pages: [{ name: 'studio-account', label: 'Account' }] },
      slots: { default: () => 'The page' },
    },
  ],
  [`${folder}/components/form/SubmitForm.vue`]: [
    { props: { state: effectScope().run(() => useSubmit()), action: 'Save' } },
  ],
  [`${folder}/settings/AccountView.vue`]: [inShell],
  [`${folder}/settings/DeleteAccount.vue`]: [inShell],
  [`${folder}/settings/EmailForm.vue`]: [inShell],
  [`${folder}/settings/PasswordForm.vue`]: [inShell],
  [`${folder}/settings/SettingsShell.vue`]: [inShell],
  [`${folder}/settings/SignInList.vue`]: [inShell],
  [`${folder}/settings/TokensView.vue`]: [inShell],
}
