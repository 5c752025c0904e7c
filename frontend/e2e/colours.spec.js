/** Many teams on the built page: each mark has its team's colour, which no other has, in both themes. */
import { contrast, nearest, seen, SIGHTS } from '../tests/support/colorSight.js'
import { answerWithTeams } from './madeUp.js'
import { board, card, day } from './page.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Locator} Locator */

const RANGE = new URLSearchParams({ start: day(4), end: day(2) })
const SURFACES = { light: '#ffffff', dark: '#13131a' }

/** @param {string} color `rgb(…)`, or what is mixed: `color(srgb …)` @returns {string} `#rrggbb` */
function hex(color) {
  const whole = color.startsWith('color') ? 255 : 1
  const parts = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => Math.round(+part * whole))
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** @param {Locator} swatches of a legend @returns {Promise<{ name: string, color: string }[]>} */
const legendOf = async (swatches) =>
  (
    await swatches.evaluateAll((all) =>
      all.map((swatch) => ({
        name: swatch.parentElement?.querySelector('bdi')?.textContent ?? '',
        color: getComputedStyle(swatch).color,
      })),
    )
  ).map(({ name, color }) => ({ name, color: hex(color) }))

/** @param {Locator} canvas @returns {Promise<Record<string, number>>} how many pixels each colour has, opaque ones alone */
const pixelsOf = (canvas) =>
  canvas.evaluate((element) => {
    const { width, height } = /** @type {HTMLCanvasElement} */ (element)
    const copy = Object.assign(document.createElement('canvas'), { width, height })
    const context = /** @type {CanvasRenderingContext2D} */ (
      copy.getContext('2d', { willReadFrequently: true })
    )
    context.drawImage(/** @type {HTMLCanvasElement} */ (element), 0, 0)
    const { data } = context.getImageData(0, 0, width, height)
    /** @type {Record<string, number>} */
    const counts = {}
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] < 255) continue
      const color = `#${[0, 1, 2].map((part) => data[at + part].toString(16).padStart(2, '0')).join('')}`
      counts[color] = (counts[color] ?? 0) + 1
    }
    return counts
  })

/** @param {string[]} colors @param {string} surface */
function expectDistinct(colors, surface) {
  expect(nearest(colors.map((color) => seen(color, SIGHTS.full)))).toBeGreaterThan(7)
  expect(Math.min(...colors.map((color) => contrast(color, surface)))).toBeGreaterThan(3)
}

/** Each of the legend's colours is among the chart's pixels. @param {Locator} chart @param {number} least */
async function expectMarks(chart, least) {
  const legend = await legendOf(chart.locator('[data-swatch]'))
  expect(legend.length).toBeGreaterThan(10)
  await expect
    .poll(async () => {
      const pixels = await pixelsOf(chart.locator('canvas'))
      return legend.filter(({ color }) => (pixels[color] ?? 0) < least)
    })
    .toEqual([])
  return legend
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  for (const count of [25, 40]) {
    test(`${count} teams have ${count} colours, the same in all ${colorScheme} charts`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await answerWithTeams(page, count)
      await page.goto(`/leaderboard?${RANGE}`)
      const rows = board(page).locator('tbody tr.row')
      await expect(rows).toHaveCount(count)
      const swatches = rows.locator('.swatch')
      const colors = (
        await swatches.evaluateAll((all) =>
          all.map((swatch) => getComputedStyle(swatch).backgroundColor),
        )
      ).map(hex)
      expectDistinct(colors, SURFACES[colorScheme])
      /** @param {string} name */
      const colorOf = (name) => colors[Number(name.replace('Made-up ', '')) - 1]

      await page.goto(`/chart?${RANGE}`)
      const days = card(page, 'Tokens per day')
      const cost = card(page, 'Cost efficiency')
      await cost.scrollIntoViewIfNeeded()
      await expect(cost).toHaveAttribute('aria-busy', 'false')
      const legends = [await expectMarks(days, 50), await expectMarks(cost, 3)]
      await days.getByText('Lines').click()
      legends.push(await expectMarks(days, 50))
      for (const legend of legends) {
        expectDistinct(
          legend.map(({ color }) => color),
          SURFACES[colorScheme],
        )
        for (const { name, color } of legend) {
          if (name.startsWith('Made-up')) expect([name, color]).toEqual([name, colorOf(name)])
        }
      }
      const rings = card(page, 'Success rate per team').locator('.team .swatch')
      const ofRings = await rings.evaluateAll((all) =>
        all.map((swatch) => getComputedStyle(swatch).backgroundColor),
      )
      expect(ofRings.map(hex)).toEqual(colors.slice(0, 12))
    })
  }
}

test('lines differ by dashes and markers, which the legend shows', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await answerWithTeams(page, 25)
  await page.goto(`/chart?${RANGE}&mode=lines`)
  const samples = card(page, 'Tokens per day').locator('[data-swatch] svg')
  await expect(samples).toHaveCount(11)
  const looks = await samples.evaluateAll((all) => all.map((sample) => sample.innerHTML))
  expect(new Set(looks).size).toBe(11)
  const rest = looks.map((look) => look.replace(/stroke-dasharray="[^"]*"/, ''))
  expect(new Set(rest).size).toBeGreaterThan(5)
})
