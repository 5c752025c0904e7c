/** How lines differ beside their colours. */
import { expect, it } from 'vitest'
import {
  lineLook,
  lineOptions,
  lookNamed,
  OTHERS_LOOK,
} from '../../../src/shared/charts/lineLooks.js'
import { MAX_SERIES } from '../../../src/helpers/charts/timeseries.js'

// The largest, one that is picked, and the others together.
const looks = [
  ...Array.from({ length: MAX_SERIES + 1 }, (_, index) => lineLook(index)),
  OTHERS_LOOK,
]

it('gives no two lines of a chart the same dashes and the same marker', () => {
  const kinds = looks.map(({ dash, marker }) => `${dash} ${marker}`)
  expect(new Set(kinds).size).toBe(looks.length)
})

it('gives neighbours other markers and other dashes', () => {
  looks.slice(1).forEach(({ dash, marker }, index) => {
    expect(marker).not.toBe(looks[index].marker)
    expect(dash).not.toEqual(looks[index].dash)
  })
})

it('is known to a legend by its name', () => {
  for (const look of looks) expect(lookNamed(look.id)).toEqual(look)
  expect(lookNamed(undefined)).toBeUndefined()
})

it('shows some markers of many points, not all', () => {
  /** @param {number} points @param {number} [offset] */
  const shown = (points, offset = 0) => {
    const { pointRadius } = lineOptions(lineLook(0), { points, offset })
    return Array.from({ length: points }, (_, dataIndex) => pointRadius({ dataIndex })).filter(
      Boolean,
    )
  }
  expect(shown(14)).toHaveLength(14)
  expect(shown(90).length).toBeGreaterThan(8)
  expect(shown(400, 3).length).toBeLessThan(20)
})
