/** What an LM Studio tells of itself, in words. */
import { countOf } from '../../shared/format/numbers.js'

/**
 * @typedef {object} Detected
 * @property {boolean} available
 * @property {{ id: string, compatibility_type: string }[]} models
 * @property {'gguf' | 'mlx' | 'mixed' | 'unknown'} backend_type
 * @property {string[]} mlx_unsupported_params
 * @property {string | null} detail why it is not available
 */

const BACKENDS = {
  gguf: 'llama.cpp (GGUF)',
  mlx: 'MLX',
  mixed: 'llama.cpp (GGUF) and MLX',
  unknown: 'not told',
}

/** @param {string} key a provider's @returns {boolean} whether it is one, as presets name it */
export const isLmStudio = (key) => /^lm[_-]?studio/i.test(key)

/** @param {Detected} found @returns {{ label: string, value: string, note?: string, isDoubtful?: boolean }[]} */
export function lmStudioFacts({ models, backend_type, mlx_unsupported_params: ignored }) {
  const hasMlx = backend_type === 'mlx' || backend_type === 'mixed'
  const which = backend_type === 'mixed' ? 'by models of MLX' : 'by its models'
  return [
    {
      label: 'Models',
      value: models.length ? countOf(models.length, 'model') : 'none is loaded yet',
    },
    { label: 'Run by', value: BACKENDS[backend_type] },
    ...(hasMlx && ignored.length
      ? [{ label: 'Not heeded', value: ignored.join(', '), note: which, isDoubtful: true }]
      : []),
  ]
}
