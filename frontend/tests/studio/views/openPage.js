/** A page of Studio, at its address, for somebody who is signed in. */
import { h } from 'vue'
import { renderInApp } from '../../support/renderInApp.js'
import { ShortcutsFrame } from '../../support/shortcuts.js'
import { StudioFrame } from '../../support/studio.js'

/** @param {import('vue').Component} view @param {string} address */
export const openPage = (view, address) =>
  renderInApp({ render: () => h(StudioFrame, () => h(ShortcutsFrame, () => h(view))) }, { address })
