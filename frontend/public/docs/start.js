/**
 * Shows what the server says of its API. Nothing is loaded from elsewhere, and nothing is sent elsewhere.
 * A file of its own because a strict content policy forbids inline scripts.
 */
;(function () {
  const root = document.documentElement
  root.classList.toggle('dark-mode', root.dataset.theme === 'dark')
  const show = /** @type {any} */ (window).SwaggerUIBundle
  show({
    url: '/openapi.json',
    dom_id: '#documentation',
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    validatorUrl: null,
  })
})()
