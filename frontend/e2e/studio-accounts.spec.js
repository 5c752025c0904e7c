/** Accounts from the invitation to their end, and administrators at work: against the real back end. */
import { expectFits, expectNoViolations } from './looks.js'
import { createStudioServer } from './studioServer.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

const PASSWORD = 'correct horse battery'
const ADMIN = 'ada@example.org'

/** @type {Awaited<ReturnType<typeof createStudioServer>>} */
let server
test.beforeAll(async () => {
  server = await createStudioServer({ STUDIO_REGISTRATION: 'invite' })
  await ask('/api/auth/register', { email: ADMIN, password: PASSWORD })
})
test.afterAll(() => server?.close())

/** @param {string} path @param {object} body @param {string} [token] */
async function ask(path, body, token) {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return response.json()
}

/** Without the page, where others are what a test is about. @param {string} email */
async function addUser(email) {
  const { access_token } = await ask('/api/auth/login', { email: ADMIN, password: PASSWORD })
  const { token } = await ask('/api/admin/invitations', { email }, access_token)
  await ask('/api/auth/register', { email, password: PASSWORD, invitation: token })
}

/** @param {Page} page @param {string} email @param {string} [password] */
async function signIn(page, email, password = PASSWORD) {
  await page.goto(`${server.url}/studio/sign-in`)
  await page.getByLabel(/^E-mail/).fill(email)
  await page.getByLabel(/^Password/).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('navigation', { name: 'Studio' })).toBeVisible()
}

/** @param {Page} page @param {string} name */
async function fromAccountMenu(page, name) {
  await page.getByRole('button', { name: /^Account: / }).click()
  await page.getByRole('menuitem', { name }).click()
}

/** @param {Page} page @param {string} name */
const section = (page, name) => page.getByRole('region', { name, exact: true })
/** @param {Page} page @param {string} what @returns {Promise<string>} */
const secretOf = async (page, what) =>
  String(
    await page
      .getByRole('group', { name: `The new ${what}` })
      .locator('code')
      .first()
      .textContent(),
  )

test.describe('an account', () => {
  test.use({ expected: /40[013]/ })

  test('is made by an invitation, looked after, and deleted', async ({ page, browser }) => {
    test.setTimeout(180_000)
    const email = 'grace@example.org'
    await signIn(page, ADMIN)
    await fromAccountMenu(page, 'Administration')
    await page.getByRole('link', { name: 'Invitations' }).click()
    await expect(page).toHaveTitle(/^Invitations · /)
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: 'Make a link' }).click()
    const link = await secretOf(page, 'link')
    await expect(page.getByRole('list', { name: 'Invitations' })).toContainText(email)

    const grace = await (await browser.newContext()).newPage()
    await grace.goto(`${server.url}/studio/forgot`)
    await grace.goto(link)
    await expect(grace.getByText('You have been invited.')).toBeVisible()
    await expect(grace).toHaveURL(`${server.url}/studio/register`)
    await grace.getByLabel(/^E-mail/).fill(email)
    await grace.getByLabel(/^Password/).fill(PASSWORD)
    await grace.getByRole('button', { name: 'Create the account' }).click()
    await expect(grace.getByRole('navigation', { name: 'Studio' })).toBeVisible()
    // Neither in the address nor in what Back leads to.
    await grace.goBack()
    expect(grace.url()).not.toContain('invitation')
    await grace.goto(`${server.url}/studio/admin`)
    await expect(grace.getByRole('heading', { name: 'Administrators only' })).toBeVisible()
    await grace.getByRole('button', { name: /^Account: / }).click()
    await expect(grace.getByRole('menuitem', { name: 'Administration' })).toHaveCount(0)
    await grace.keyboard.press('Escape')

    // Her password, with the one until now mistyped first.
    await fromAccountMenu(grace, 'Settings')
    const changed = `${PASSWORD} 2`
    const password = section(grace, 'Password')
    await password.getByLabel(/^Password until now/).fill('not this one')
    await password.getByLabel(/^New password/).fill(changed)
    await password.getByRole('button', { name: 'Change the password' }).click()
    await expect(password.getByLabel(/^Password until now/)).toHaveAccessibleDescription(/wrong/)
    await expect(password.getByLabel(/^Password until now/)).toBeFocused()
    await password.getByLabel(/^Password until now/).fill(PASSWORD)
    await password.getByRole('button', { name: 'Change the password' }).click()
    await expect(grace.getByText('Your new password holds.')).toBeVisible()

    // Another browser of hers, which she ends.
    const elsewhere = await (await browser.newContext()).newPage()
    await signIn(elsewhere, email, changed)
    await grace.reload()
    const sessions = grace.getByRole('list', { name: 'Sessions' })
    await expect(sessions.getByRole('listitem')).toHaveCount(2)
    await expect(sessions.getByText('This one')).toHaveCount(1)
    await sessions.getByRole('button', { name: /^End/ }).click()
    await expect(sessions.getByRole('listitem')).toHaveCount(1)
    await expect(elsewhere.getByRole('dialog', { name: 'Your session has ended' })).toBeVisible({
      timeout: 15_000,
    })
    await elsewhere.context().close()

    // A token, which works until it is revoked.
    await grace.getByRole('link', { name: 'Tokens' }).click()
    await grace.getByLabel('Name').fill('nightly job')
    await grace.getByRole('button', { name: 'Make a token' }).click()
    const token = await secretOf(grace, 'token')
    const me = () =>
      fetch(`${server.url}/api/auth/me`, { headers: { Authorization: `Bearer ${token}` } })
    expect((await (await me()).json()).user.email).toBe(email)
    await expect(grace.getByText(`curl -H "Authorization: Bearer ${token}"`)).toBeVisible()
    await grace.getByRole('button', { name: /^Revoke/ }).click()
    await grace.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await expect(grace.getByText('No token yet')).toBeVisible()
    expect((await me()).status).toBe(401)
    await expect(grace.getByRole('group', { name: 'The new token' })).toHaveCount(0)

    // And the end of it.
    await grace.getByRole('link', { name: 'Account' }).click()
    await grace.getByRole('button', { name: 'Delete my account' }).click()
    const dialog = grace.getByRole('dialog', { name: 'Delete your account?' })
    await dialog.getByLabel(/^Your password/).fill('not this one')
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await expect(dialog.getByLabel(/^Type/)).toHaveAccessibleDescription(/^Type/)
    await dialog.getByLabel(/^Type/).fill(email)
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await expect(dialog.getByLabel(/^Your password/)).toHaveAccessibleDescription(/wrong/)
    await dialog.getByLabel(/^Your password/).fill(changed)
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await expect(grace.getByRole('heading', { name: 'Sign in to Studio' })).toBeVisible()
    await expect(grace).toHaveURL(`${server.url}/studio/sign-in`)
    await grace.getByLabel(/^E-mail/).fill(email)
    await grace.getByLabel(/^Password/).fill(changed)
    await grace.getByRole('button', { name: 'Sign in' }).click()
    await expect(grace.getByRole('alert')).toBeVisible()
    await grace.context().close()

    // An invitation lets one person in.
    const late = await (await browser.newContext()).newPage()
    await late.goto(link)
    await late.getByLabel(/^E-mail/).fill(email)
    await late.getByLabel(/^Password/).fill(PASSWORD)
    await late.getByRole('button', { name: 'Create the account' }).click()
    await expect(late.getByRole('alert')).toContainText('used already')
    await late.context().close()
  })
})

test('a forgotten password is set anew by a link that an administrator hands over', async ({
  page,
  browser,
}) => {
  const email = 'joan@example.org'
  await addUser(email)
  const joan = await (await browser.newContext()).newPage()
  await joan.goto(`${server.url}/studio/sign-in`)
  await joan.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(joan.getByText('This server sends no mail')).toBeVisible()
  await joan.getByLabel(/^E-mail/).fill(email)
  await joan.getByRole('button', { name: 'Ask for a link' }).click()
  await expect(joan.getByRole('heading', { name: 'What happens next' })).toBeVisible()

  await signIn(page, ADMIN)
  await page.goto(`${server.url}/studio/admin/users`)
  await page.getByRole('button', { name: `Make a link for ${email}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make the link' }).click()
  const link = await secretOf(page, 'link')
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await expect(section(page, 'Waiting for a new password')).toHaveCount(0)

  await joan.goto(link)
  await expect(joan).toHaveURL(`${server.url}/studio/reset`)
  await joan.getByLabel(/^New password/).fill('short')
  await joan.getByRole('button', { name: 'Save the password' }).click()
  await expect(joan.getByLabel(/^New password/)).toHaveAccessibleDescription(/at least 8/)
  await joan.getByLabel(/^New password/).fill('quite another one')
  await joan.getByRole('button', { name: 'Save the password' }).click()
  await expect(joan.getByRole('heading', { name: 'Your new password holds' })).toBeVisible()
  await signIn(joan, email, 'quite another one')

  await joan.goto(link)
  await joan.getByLabel(/^New password/).fill('quite another one')
  await joan.getByRole('button', { name: 'Save the password' }).click()
  await expect(joan.getByRole('alert')).toContainText('used already')
  await expect(joan.getByRole('link', { name: 'Ask for a new link' })).toBeVisible()
  await joan.context().close()
})

test('administrators change limits, and read what was done, how it runs, and the log', async ({
  page,
}) => {
  const email = 'barbara@example.org'
  await addUser(email)
  await signIn(page, ADMIN)
  await page.goto(`${server.url}/studio/admin`)
  await expect(page).toHaveURL(/\/studio\/admin\/users$/)
  await page.getByRole('searchbox').fill('barbara')
  await expect(page).toHaveURL(/search=barbara/)
  await expect(page.getByRole('rowheader')).toHaveCount(1)

  // By the keyboard alone.
  await page.getByRole('button', { name: email, exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('Jobs at once').fill('0')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Jobs at once')).toHaveAccessibleDescription(/from 1 to 50/)
  await page.getByLabel('Jobs at once').fill('3')
  await page.keyboard.press('Enter')
  await expect(page.getByText(`${email} is changed.`)).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: email, exact: true }).click()
  await expect(page.getByLabel('Jobs at once')).toHaveValue('3')
  await page.getByLabel('Role').click()
  await page.getByRole('option', { name: /^Administrator/ }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('rowheader').getByText('Administrator')).toBeVisible()

  await page.getByRole('link', { name: 'Audit' }).click()
  const done = page.getByRole('list', { name: 'What was done' })
  await expect(done).toContainText(`${ADMIN} made ${email} an administrator.`)
  await page.getByRole('combobox', { name: 'What' }).click()
  await page.getByRole('option', { name: 'Limits changed' }).click()
  await expect(page).toHaveURL(/action=limits_changed/)
  await expect(done.getByRole('listitem')).toHaveCount(1)
  await done.getByRole('button', { name: /^Details/ }).click()
  await expect(done).toContainText('"max_concurrent": 3')

  await page.getByRole('link', { name: 'Jobs' }).click()
  await expect(page.getByText('Nothing is under way')).toBeVisible()
  await page.getByRole('link', { name: 'System' }).click()
  await expect(section(page, 'Workers')).toContainText('Working for')
  await expect(section(page, 'Storage')).toContainText(/MiB/)

  await page.getByRole('link', { name: 'Log' }).click()
  const log = page.getByRole('log')
  await expect(log).toContainText('GET /api/admin/audit 200')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText(/, held\.$/)).toBeVisible()
  await page.getByRole('searchbox').fill('no line has this')
  await expect(page.getByText('Not a line')).toBeVisible()
  await page.getByRole('button', { name: 'Show all lines' }).click()
  await expect(log).toBeVisible()

  await page.goto(`${server.url}/studio/admin/users?search=barbara`)
  await page.getByRole('button', { name: `More to do with ${email}` }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByLabel(/^Type/).fill(email)
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the account' }).click()
  await expect(page.getByText('Nobody matches')).toBeVisible()
})

const PUBLIC = ['register?invitation=abc', 'forgot', 'reset?token=abc', 'reset']
const PAGES = [
  ...['settings/account', 'settings/tokens', 'admin/users', 'admin/invitations', 'admin/audit'],
  ...['admin/jobs', 'admin/system', 'admin/log'],
]

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  for (const width of [360, 1280]) {
    test(`axe finds nothing in the ${colorScheme} theme at ${width} px, and it fits`, async ({
      page,
    }) => {
      test.setTimeout(180_000)
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      for (const address of PUBLIC) {
        await page.goto(`${server.url}/studio/${address}`)
        await expect(page.locator('main h2')).toBeVisible()
        await expectNoViolations(page)
        await expectFits(page)
      }
      await signIn(page, ADMIN)
      for (const address of PAGES) {
        await page.goto(`${server.url}/studio/${address}`)
        await expect(page.locator('main h3').first()).toBeVisible()
        await expect(page.locator('.skeleton')).toHaveCount(0)
        if (address === 'admin/users')
          await page.getByRole('button', { name: ADMIN, exact: true }).click()
        await expectNoViolations(page)
        await expectFits(page)
      }
      const way = page.getByRole('combobox', { name: 'Administration: page' })
      await expect(way).toBeVisible({ visible: width < 960 })
    })
  }
}
