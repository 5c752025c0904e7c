/** Made-up models and results, the same each time. */

const MAKERS = ['Aster', 'Birch', 'Cedar', 'Dahlia', 'Elm']
const SIZES = ['nano', 'small', 'medium', 'large', 'vision', 'reasoning']

/** @type {import('../components/ui/options.js').Option[]} */
export const MODELS = MAKERS.flatMap((maker) =>
  Array.from({ length: 60 }, (_, index) => {
    const size = SIZES[index % SIZES.length]
    const version = 1 + Math.floor(index / SIZES.length)
    return {
      value: `${maker}/${size}-${version}`.toLowerCase(),
      label: `${maker} ${size} ${version}`,
      note: size === 'vision' ? 'Reads pictures, too' : undefined,
      group: maker,
      disabledReason:
        size === 'reasoning' && version === 1 ? 'No longer offered by its maker' : undefined,
    }
  }),
)

/** @param {number} seed @returns {number} from 0 to 1, the same for the same seed */
function chance(seed) {
  const value = Math.sin(seed * 12.9898) * 43758.5453
  return value - Math.floor(value)
}

/** @param {number} count */
export const results = (count) =>
  Array.from({ length: count }, (_, index) => ({
    id: `r${index + 1}`,
    name: `Run ${index + 1}`,
    model: MODELS[Math.floor(chance(index + 1) * MODELS.length)].label,
    first: index % 17 ? 20 + Math.round(chance(index + 2) * 900) : null,
    speed: index % 23 ? 10 + chance(index + 3) * 140 : null,
    requests: 1 + Math.floor(chance(index + 4) * 500),
    failed: Math.floor(chance(index + 5) ** 6 * 20),
    cost: index % 11 ? chance(index + 6) * 2 : null,
  }))

/** @type {import('../components/ui/tableColumns.js').Column[]} */
export const COLUMNS = [
  { id: 'name', label: 'Run', sortable: true, width: '8.5rem' },
  { id: 'model', label: 'Model', sortable: true, width: '13rem' },
  { id: 'first', label: 'First token', unit: 'ms', align: 'end', sortable: true, width: '9.5rem' },
  {
    id: 'speed',
    label: 'Speed',
    unit: 'tokens/s',
    align: 'end',
    sortable: true,
    width: '9.5rem',
    format: (value) => value.toFixed(1),
  },
  { id: 'requests', label: 'Requests', align: 'end', sortable: true },
  { id: 'failed', label: 'Failed', align: 'end', sortable: true },
  {
    id: 'cost',
    label: 'Cost',
    unit: 'USD',
    align: 'end',
    sortable: true,
    format: (value) => value.toFixed(2),
  },
]
