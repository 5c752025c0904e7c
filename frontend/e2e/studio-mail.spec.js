/** Ways in by mail: a link to a new password, and an invitation, as a mail server on this machine was given them. */
import { expectFits, expectNoViolations } from './looks.js'
import { startMailServer } from './mailServer.js'
import { createStudioServer } from './studioServer.js'
import { expect, test } from './test.js'

const PASSWORD = 'correct horse battery'
const CHANGED = 'another horse, another battery'
const ADMIN = 'ada@example.org'
test.setTimeout(90_000)

/** @type {Awaited<ReturnType<typeof startMailServer>>} */
let post
/** @type {Awaited<ReturnType<typeof createStudioServer>>} */
let server
test.beforeAll(async () => {
  post = await startMailServer()
  server = await createStudioServer({ ...post.settings, STUDIO_REGISTRATION: 'invite' })
  const answer = await fetch(`${server.url}/api/auth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: ADMIN, password: PASSWORD }),
  })
  expect(answer.status).toBe(200)
})
test.afterAll(async () => {
  await server?.close()
  await post?.close()
})
test.beforeEach(() => {
  post.mails.length = 0
})

/** @param {import('@playwright/test').Page} page @param {string} password */
async function signIn(page, password) {
  await page.goto(`${server.url}/studio/sign-in`)
  await page.getByLabel(/^E-mail/).fill(ADMIN)
  await page.getByLabel(/^Password/).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** @param {string} text @returns {string} */
const linkIn = (text) => String(text.match(/http\S+/)?.[0])

test.describe('a forgotten password', () => {
  test.use({ expected: /40[01]/ })

  test('is set anew by the link in a mail, once, and ends what went on before', async ({
    page,
    browser,
  }) => {
    const elsewhere = await (await browser.newContext()).newPage()
    await signIn(elsewhere, PASSWORD)
    await expect(elsewhere.getByRole('navigation', { name: 'Studio' })).toBeVisible()

    await page.goto(`${server.url}/studio/sign-in`)
    await page.getByRole('link', { name: /Forgot/ }).click()
    await expect(page.getByText('is sent to your address')).toBeVisible()
    await page.getByLabel(/^E-mail/).fill('Ada@Example.org')
    await page.getByRole('button', { name: 'Ask for a link' }).click()
    await expect(page.getByRole('heading', { name: 'What happens next' })).toBeVisible()
    await expectNoViolations(page)
    await expect.poll(() => post.mails.length).toBe(1)
    const [{ to, subject, text }] = post.mails
    expect([to, subject]).toEqual([[ADMIN], 'Set a new password'])
    expect(linkIn(text).startsWith(`${server.url}/studio/reset?token=`)).toBe(true)

    await page.goto(linkIn(text))
    await expect(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible()
    await expect(page).toHaveURL(`${server.url}/studio/reset`)
    await expectNoViolations(page)
    await expectFits(page)
    await page.getByLabel(/^New password/).fill(CHANGED)
    await page.getByRole('button', { name: 'Save the password' }).click()
    await page.getByRole('link', { name: 'Sign in', exact: true }).click()
    await page.getByLabel(/^E-mail/).fill(ADMIN)
    await page.getByLabel(/^Password/).fill(CHANGED)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('navigation', { name: 'Studio' })).toBeVisible()

    await elsewhere.reload()
    await expect(elsewhere.getByLabel(/^Password/)).toBeVisible()
    await elsewhere.context().close()
    await page.goto(linkIn(text))
    await page.getByLabel(/^New password/).fill(PASSWORD)
    await page.getByRole('button', { name: 'Save the password' }).click()
    await expect(page.getByText(/has been used already/)).toBeVisible()
  })
})

test('nobody is told who has an account, and nobody else gets mail', async ({ page }) => {
  await page.goto(`${server.url}/studio/forgot`)
  const answers = []
  for (const email of ['nobody@example.org', ADMIN]) {
    await page.getByLabel(/^E-mail/).fill(email)
    await page.getByRole('button', { name: 'Ask for a link' }).click()
    await expect(page.getByRole('heading', { name: 'What happens next' })).toBeVisible()
    answers.push(await page.locator('main').innerText())
    await page.getByRole('button', { name: 'Ask for another address' }).click()
  }
  expect(answers[0]).toBe(answers[1])
  await expect.poll(() => post.mails.map(({ to }) => to[0])).toEqual([ADMIN])
})
