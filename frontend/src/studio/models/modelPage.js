/** Where a model's page is: ids may have slashes, which are those of the address, too. */

/** @typedef {import('../helpers/types.js').TargetRef} TargetRef */

/** @param {TargetRef} target @returns {import('vue-router').RouteLocationRaw} */
export const modelPage = ({ provider_key, model_id }) => ({
  name: 'studio-model',
  params: { provider: provider_key, id: model_id.split('/') },
})

/** @param {import('vue-router').RouteParamsGeneric} params @returns {TargetRef} */
export const modelOfPage = ({ provider, id }) => ({
  provider_key: String(provider),
  model_id: [id].flat().join('/'),
})
