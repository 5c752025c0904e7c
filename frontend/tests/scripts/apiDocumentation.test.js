/** The viewer of the API's documentation, made fit for a strict content security policy. */
import { expect, it } from 'vitest'
import { withoutImages } from '../../scripts/apiDocumentation.js'

const PNG = 'iVBORw0KGgo='

it('takes images out of a stylesheet, each once', () => {
  const { css, images } = withoutImages(
    `a{background:url(data:image/png;base64,${PNG})}` +
      '.b{background:#fff url("data:image/svg+xml;charset=utf-8,<svg a=\\"1\\" b=\\"%23fff\\"/>") 0}' +
      `i{background:url(data:image/png;base64,${PNG}) no-repeat}`,
  )
  expect(css).toBe(
    'a{background:url(image-1.png)}.b{background:#fff url(image-2.svg) 0}' +
      'i{background:url(image-1.png) no-repeat}',
  )
  expect(images).toEqual([
    { fileName: 'image-1.png', source: Buffer.from(PNG, 'base64') },
    { fileName: 'image-2.svg', source: '<svg a="1" b="#fff"/>' },
  ])
})

it('leaves a stylesheet without images as it is', () => {
  expect(withoutImages('a{background:url(a.png)}')).toEqual({
    css: 'a{background:url(a.png)}',
    images: [],
  })
})
