/**
 * The kit's components in a browser: by keyboard, in both themes, on a phone, and under the content security policy
 * that people's pages have. Their page is in a build of its own, which the real back end serves.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expectFits, expectNoViolations } from './looks.js'
import { expect, test as base } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Locator} Locator */

const demo = `http://127.0.0.1:${process.env.E2E_DEMO_PORT}`

/** Says nothing on the console, and asks for nothing that the policy refuses. */
const test = /** @type {typeof base} */ (
  base.extend({
    page: async ({ page }, use) => {
      /** @type {string[]} */
      const said = []
      page.on('console', (message) => said.push(message.text()))
      await page.exposeFunction('tellViolation', (/** @type {string} */ text) => said.push(text))
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) => {
          const { tellViolation } = /** @type {any} */ (window)
          tellViolation(`${event.effectiveDirective} ${event.sourceFile}`)
        })
      })
      await use(page)
      expect(said).toEqual([])
    },
  })
)
test.use({ baseURL: `http://127.0.0.1:${process.env.E2E_KIT_PORT}` })

/** @param {Page} page */
async function open(page) {
  await page.goto('/kit')
  await expect(page.getByRole('heading', { name: 'Ten thousand rows' })).toBeVisible()
}

/** @param {Page} page @param {string} name */
const field = (page, name) => page.getByRole('combobox', { name, exact: true })
/** @param {Page} page @param {string} name */
const button = (page, name) => page.getByRole('button', { name, exact: true })
/** @param {Page} page */
const results = (page) => page.getByRole('table', { name: 'Results' })

/** Each thing that opens, as what, and what is there when it has. @type {[string, (page: Page) => Promise<Locator>][]} */
const OPENED = [
  [
    '.list-panel',
    async (page) => {
      await button(page, 'What to do with the run').press('Enter')
      return page.getByRole('menuitem', { name: /^Export/ })
    },
  ],
  [
    '.list-panel',
    async (page) => {
      await field(page, 'Route').press('Enter')
      return page.getByRole('option', { name: /^With its cache/ })
    },
  ],
  [
    '.list-panel',
    async (page) => {
      await field(page, 'Model').click()
      await page.keyboard.type('vision')
      return page.getByRole('option', { name: /^Aster vision 1 / })
    },
  ],
  [
    '.tooltip',
    async (page) => {
      await button(page, 'TTFT').focus()
      return page.locator('.tooltip', { hasText: 'Time until the first token' })
    },
  ],
  [
    '.dialog',
    async (page) => {
      await button(page, 'Rename the run').click()
      return page.getByRole('textbox', { name: 'New name' })
    },
  ],
  [
    '.list-panel',
    async (page) => {
      await button(page, 'Rename the run').click()
      await field(page, 'Keep it for').press('Enter')
      return page.getByRole('option', { name: 'A month' })
    },
  ],
  [
    '.toasts',
    async (page) => {
      await button(page, 'Save').click()
      return page.getByText('Saved.')
    },
  ],
]

/** Closes what is open, and what that was opened from. @param {Page} page */
async function close(page) {
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(page.locator('.list-panel, .dialog')).toHaveCount(0)
}

test.describe('the builds', () => {
  const REKA = /reka-[a-z]/
  const ROUTE = /[`"']\/kit[`"']/

  /** @param {string} folder of the page's directory @param {RegExp} pattern @returns {string[]} its scripts that have it */
  function scriptsWith(folder, pattern) {
    const assets = fileURLToPath(new URL(`../${folder}/assets/`, import.meta.url))
    const names = readdirSync(assets).filter((name) => name.endsWith('.js'))
    return names.filter((name) => pattern.test(readFileSync(assets + name, 'utf8')))
  }

  test('people do not get the page', async ({ page }) => {
    expect(scriptsWith('node_modules/.kit', ROUTE)).toHaveLength(1)
    expect(scriptsWith('dist', ROUTE)).toEqual([])
    await page.goto(`${demo}/kit`)
    await expect(
      page.getByRole('heading', { name: 'There is nothing at this address' }),
    ).toBeVisible()
  })

  for (const [whose, folder, base] of [
    ["people's", 'dist', demo],
    ["the kit's", 'node_modules/.kit', ''],
  ])
    test(`the leaderboard loads nothing of reka-ui in ${whose}, where other pages have it`, async ({
      page,
    }) => {
      expect(scriptsWith(folder, REKA).length).toBeGreaterThan(0)
      /** @type {Promise<[string, string]>[]} */
      const loaded = []
      page.on('response', (response) => {
        const name = response.url()
        if (name.endsWith('.js')) loaded.push(response.text().then((source) => [name, source]))
      })
      // Without a gateway, the figures are not there: what is looked at is the code.
      await page.route(/\/api|\/tokens|\/metrics|\/sync/, (route) => route.abort('aborted'))
      await page.goto(`${base}/leaderboard`)
      await page.waitForLoadState('networkidle')
      const scripts = await Promise.all(loaded)
      expect(scripts.length).toBeGreaterThan(2)
      expect(scripts.filter(([, source]) => REKA.test(source)).map(([name]) => name)).toEqual([])
    })

  test('have one policy', async ({ request }) => {
    const policyOf = async (/** @type {string} */ address) =>
      (await request.get(address)).headers()['content-security-policy']
    expect(await policyOf('/kit')).toContain("style-src 'self';")
    expect(await policyOf('/kit')).toBe(await policyOf(`${demo}/leaderboard`))
  })
})

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`axe finds nothing in the ${colorScheme} theme, closed and open`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await open(page)
    await expectNoViolations(page)
    for (const [what, show] of OPENED) {
      await expect(await show(page)).toBeVisible()
      // Of itself: the page behind a list or a dialog is hidden from all but the eye, and axe would miss it.
      await expectNoViolations(page, what)
      await close(page)
    }
  })
}

test('fits a phone, closed and open', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await open(page)
  await expectFits(page)
  for (const [, show] of OPENED) {
    const shown = await show(page)
    await expect(shown).toBeVisible()
    await expectFits(page)
    const box = await shown.boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(0)
    expect(Number(box?.x) + Number(box?.width)).toBeLessThanOrEqual(360)
    await close(page)
  }
})

test.describe('by keyboard', () => {
  test.beforeEach(async ({ page }) => open(page))

  test('a select opens, is typed into, and gives the focus back', async ({ page }) => {
    const route = field(page, 'Route')
    await route.focus()
    await page.keyboard.press('ArrowDown')
    await expect(page.getByRole('option', { name: 'Direct' })).toBeFocused()
    await page.keyboard.press('End')
    await expect(page.getByRole('option', { name: 'Whichever is there' })).toBeFocused()
    await page.keyboard.type('thr')
    await expect(page.getByRole('option', { name: /^Through the gateway/ })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(route).toBeFocused()
    await expect(route).toHaveText('Direct')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('option', { name: 'Direct' })).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(page.getByRole('option', { name: /^Through the gateway/ })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(route).toHaveText('Through the gateway')
    await expect(route).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(field(page, 'Region')).toBeFocused()
    await expect(field(page, 'Region')).toHaveAccessibleDescription('Choose where to measure from.')
  })

  test('a combobox finds, takes, and goes back to what it had', async ({ page }) => {
    const model = field(page, 'Model')
    await model.focus()
    await page.keyboard.type('cedar lar')
    await expect(page.getByRole('option')).toHaveCount(10)
    await page.keyboard.press('ArrowDown')
    await expect(model).toHaveAttribute('aria-activedescendant', /.+/)
    await page.keyboard.press('Enter')
    await expect(model).toHaveValue('Cedar large 2')
    await expect(page.getByRole('listbox')).toHaveCount(0)
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('zzz')
    await expect(page.getByText('Nothing has that in its name.')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(model).toHaveValue('Cedar large 2')
    await expect(model).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(field(page, 'Judge')).toBeFocused()
  })

  test('a menu is walked, says why, and gives the focus back', async ({ page }) => {
    const trigger = button(page, 'What to do with the run')
    await trigger.focus()
    await page.keyboard.press('ArrowDown')
    await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
    await page.keyboard.type('e')
    const refused = page.getByRole('menuitem', { name: /^Export.*no results/ })
    await expect(refused).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(refused).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(trigger).toBeFocused()
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(page.getByText('Settings copied.')).toBeVisible()
    await expect(trigger).toBeFocused()
  })

  test('a dialog keeps the focus; Escape closes a list in it first, then it', async ({ page }) => {
    const trigger = button(page, 'Rename the run')
    await trigger.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Rename the run' })
    await expect(page.getByRole('textbox', { name: 'New name' })).toBeFocused()
    for (let presses = 0; presses < 7; presses += 1) {
      await page.keyboard.press('Tab')
      await expect(dialog.locator(':focus')).toHaveCount(1)
    }
    await field(page, 'Keep it for').focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('listbox')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('listbox')).toHaveCount(0)
    await expect(dialog).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await expect(trigger).toBeFocused()
  })

  test('what is deleted comes back by F8', async ({ page }) => {
    await button(page, 'Delete the run').press('Enter')
    await expect(button(page, 'Keep it')).toBeFocused()
    await button(page, 'Delete “Nightly”').press('Enter')
    await expect(page.getByText('Runs: none')).toBeVisible()
    await expect(button(page, 'Delete the run')).toBeFocused()
    await page.keyboard.press('F8')
    await expect(button(page, 'Undo')).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByText('Runs: Nightly')).toBeVisible()
    await expect(button(page, 'Delete the run')).toBeFocused()
  })

  test('a button that cannot be used is reached, and says why', async ({ page }) => {
    await button(page, 'Run').first().press('Enter')
    await page.keyboard.press('Tab')
    const refused = button(page, 'Run without one')
    await expect(refused).toBeFocused()
    await expect(refused).toHaveAccessibleDescription('Choose a model first.')
    await expect(page.locator('.tooltip')).toBeVisible()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await expect(page.locator('.tooltip')).toHaveCount(0)
    // Playwright waits for buttons that can be used; people do not.
    await refused.click({ force: true })
    await expect(page.locator('.tooltip')).toBeVisible()
    await expect(page.getByText('Pressed 1 times')).toBeVisible()
  })

  test('a tooltip is there when Tab brings its control into view', async ({ page }) => {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await button(page, 'TTFT').evaluate((element) => element.focus({ preventScroll: true }))
    await page.keyboard.press('Shift+Tab')
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await page.keyboard.press('Tab')
    await expect(page.locator('.tooltip')).toBeVisible()
    await expect(button(page, 'TTFT')).toBeInViewport()
  })

  test('tabs, boxes and switches', async ({ page }) => {
    await page.getByRole('tab', { name: 'Speed' }).focus()
    await page.keyboard.press('ArrowRight')
    await expect(page.getByRole('tabpanel', { name: /^Failures/ })).toBeVisible()
    await page.keyboard.press('End')
    await page.keyboard.press('Tab')
    await expect(page.getByRole('tabpanel', { name: 'How it was measured' })).toBeFocused()
    const agreed = page.getByRole('checkbox', { name: 'This may cost up to 2.40 USD' })
    await expect(agreed).toHaveAccessibleDescription('Needed before it can run.')
    await agreed.press('Space')
    await expect(agreed).toBeChecked()
    await expect(agreed).toHaveAccessibleDescription('')
    const live = page.getByRole('switch', { name: 'Follow live' })
    await live.press('Space')
    await expect(live).not.toBeChecked()
  })
})

test.describe('ten thousand rows', () => {
  test.beforeEach(async ({ page }) => open(page))

  test('are sorted and ticked by keyboard, and few of them drawn', async ({ page }) => {
    const table = results(page)
    await expect(table).toHaveAttribute('aria-rowcount', '10001')
    const cost = table.getByRole('columnheader', { name: 'Cost USD' })
    await cost.getByRole('button').press('Enter')
    await expect(cost).toHaveAttribute('aria-sort', 'descending')
    await expect(table.getByRole('row').nth(1)).toContainText('2.00')
    const boxes = table.getByRole('checkbox', { name: /^Select/ })
    await boxes.nth(0).press('Space')
    await boxes.nth(4).press('Shift+Space')
    await expect(page.getByText('5 of 10,000 rows selected')).toBeVisible()
    const all = table.getByRole('checkbox', { name: 'All rows' })
    expect(await all.evaluate((box) => /** @type {any} */ (box).indeterminate)).toBe(true)
    await all.press('Space')
    await expect(page.getByText('10,000 of 10,000 rows selected')).toBeVisible()
    await button(page, 'Clear selection').click()
    await expect(page.getByText('10,000 rows', { exact: true })).toBeVisible()
    expect(await table.getByRole('row').count()).toBeLessThan(60)
  })

  test('pass below a head that stays, and the row with the focus stays, too', async ({ page }) => {
    const table = results(page)
    const frame = page.getByRole('region', { name: 'Results' })
    const head = table.getByRole('columnheader', { name: 'Run' })
    const top = async () =>
      Number((await head.boundingBox())?.y) - Number((await frame.boundingBox())?.y)
    const before = await top()
    const first = table.getByRole('checkbox', { name: 'Select Run 1', exact: true })
    await first.focus()
    await frame.evaluate((element) => (element.scrollTop = 200_000))
    await expect(table.getByRole('rowheader', { name: /^Run 5\d\d\d$/ }).first()).toBeVisible()
    expect(await top()).toBe(before)
    await expect(first).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(table.getByRole('checkbox', { name: 'Select Run 2', exact: true })).toBeFocused()
  })
})
