/** The legend as a picture takes it from the page. */
import { expect, it } from 'vitest'
import { readLeftOut, readLegend } from '../../../src/shared/charts/image.js'
import { lineLook } from '../../../src/shared/charts/lineLooks.js'

it('reads names, figures and colours that the page shows', () => {
  const card = document.createElement('div')
  card.innerHTML = `<ul><li><button><span data-swatch></span><bdi>Alpha</bdi><span>5</span></button></li></ul>`
  const swatch = /** @type {HTMLElement} */ (card.querySelector('[data-swatch]'))
  swatch.style.color = 'rgb(1, 2, 3)'
  expect(readLegend(card)).toEqual([{ name: 'Alpha  5', color: 'rgb(1, 2, 3)' }])
  swatch.dataset.look = lineLook(3).id
  expect(readLegend(card)[0].look).toEqual(lineLook(3))
})

it('takes along what the charts leave out', () => {
  const card = document.createElement('section')
  card.innerHTML = '<p>A lead</p><p data-left-out> 2 teams are not drawn. </p>'
  expect(readLeftOut(card)).toEqual(['2 teams are not drawn.'])
})
