/** How the lines of a chart differ beside their colours: no two of one chart have the same dashes and the same marker. */

/**
 * @typedef {object} LineLook
 * @property {string} id by which a legend's entry names it
 * @property {number[]} dash pixels drawn and left out, in turn
 * @property {string} marker Chart.js's name of it
 * @property {string} path the marker in a legend's sample
 * @property {boolean} isOpen whether the marker has lines alone, and no inside
 */

/** Of a legend's sample: the line runs along its middle, the marker stands there. */
export const SAMPLE = { width: 28, height: 12, line: 'M0 6h28' }

/** @type {Pick<LineLook, 'marker' | 'path' | 'isOpen'>[]} */
const MARKERS = [
  { marker: 'circle', path: 'M10 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z', isOpen: false },
  { marker: 'rect', path: 'M10.5 2.5h7v7h-7Z', isOpen: false },
  { marker: 'triangle', path: 'M14 1l4.8 8.4H9.2Z', isOpen: false },
  { marker: 'rectRot', path: 'M14 .6l5.4 5.4-5.4 5.4L8.6 6Z', isOpen: false },
  { marker: 'star', path: 'M14 1v10M9 6h10M10.5 2.5l7 7M17.5 2.5l-7 7', isOpen: true },
]
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]]

/** The key of the series of all that have none of their own. */
export const OTHERS = 'others'

/** @type {LineLook} */
export const OTHERS_LOOK = {
  id: OTHERS,
  dash: [5, 4],
  marker: 'crossRot',
  path: 'M10.5 2.5l7 7M17.5 2.5l-7 7',
  isOpen: true,
}

/** @param {number} index of a series in its chart @returns {LineLook} the twenty first differ */
export const lineLook = (index) => ({
  id: String(index),
  dash: DASHES[index % DASHES.length],
  ...MARKERS[index % MARKERS.length],
})

/** @param {string | undefined} id @returns {LineLook | undefined} */
export function lookNamed(id) {
  if (!id) return undefined
  return id === OTHERS_LOOK.id ? OTHERS_LOOK : lineLook(Number(id))
}

/** More markers than this would hide their line. */
const MAX_MARKERS = 45
const FEW_MARKERS = 12

/**
 * Chart.js's options of a line.
 * @param {LineLook} look
 * @param {{ points: number, offset: number }} series how many points it has, and where its markers begin where not each has one
 */
export function lineOptions({ dash, marker, isOpen }, { points, offset }) {
  const step = points > MAX_MARKERS ? Math.ceil(points / FEW_MARKERS) : 1
  return {
    borderWidth: 2,
    borderDash: dash,
    pointStyle: marker,
    pointBorderWidth: isOpen ? 1.5 : 1,
    pointRadius: (/** @type {{ dataIndex: number }} */ { dataIndex }) =>
      (dataIndex + offset) % step ? 0 : 4,
    pointHitRadius: 8,
    cubicInterpolationMode: 'monotone',
  }
}
