/**
 * Calls what runs on the machine that the page is looked at on, and says in plain words why that does not work. No
 * cookie and no key goes along; where it leads is looked at before, as by the policy that the page is served with.
 */
import { countOf, formatInteger } from '../../shared/format/numbers.js'
import { isLoopback } from '../helpers/providers.js'

/** Why a model on one's own machine cannot be called: a sentence. */
export class DirectError extends Error {}

const LONGEST_TOLD = 300
const LIST_MS = 10_000
const MOST_MODELS = 5_000

/** @param {string} address @returns {URL} @throws {DirectError} where a browser cannot call it */
export function directAddress(address) {
  const url = URL.canParse(address) ? new URL(address) : null
  // A policy cannot name IPv6's own address.
  if (url?.protocol !== 'http:' || !isLoopback(url.hostname) || url.hostname === '[::1]')
    throw new DirectError(
      'This browser only calls its own machine: the address has to begin with http://localhost or http://127.0.0.1.',
    )
  return url
}

/**
 * @param {string} address
 * @param {RequestInit} [sent]
 * @returns {Promise<Response>} whatever it says
 * @throws {DirectError} where it cannot be reached; whatever the signal says where that gives up
 */
export async function callDirectly(address, sent = {}) {
  const url = directAddress(address)
  try {
    return await fetch(url, { ...sent, credentials: 'omit', cache: 'no-store', redirect: 'error' })
  } catch (error) {
    if (sent.signal?.aborted) throw error
    throw new DirectError(await whyNot(url))
  }
}

/**
 * A browser tells pages nothing of why; but what answers without letting itself be read is there.
 * @param {URL} url
 */
async function whyNot({ origin, host }) {
  const isThere = await fetch(`${origin}/`, {
    mode: 'no-cors',
    credentials: 'omit',
    cache: 'no-store',
    signal: AbortSignal.timeout(LIST_MS),
  }).then(
    () => true,
    () => false,
  )
  if (!isThere)
    return `Nothing answers at ${host} on this machine. Is it running? If the browser asks whether this page may reach your machine, allow it.`
  return (
    `Something answers at ${host}, but does not let this page read it. Ollama: start it with ` +
    `OLLAMA_ORIGINS=${location.origin}. LM Studio: turn on “Enable CORS” in the settings of its server. ` +
    'Others: allow this page’s address as an origin (CORS).'
  )
}

/** @param {Response} response @returns {Promise<string>} what it says of its failure, a sentence */
export async function refusalOf(response) {
  const text = await response.text().catch(() => '')
  /** @type {any} */
  let told = null
  try {
    told = JSON.parse(text)
  } catch {
    // A page, or nothing at all
  }
  const said = told?.error?.message ?? told?.error ?? told?.message
  const words = typeof said === 'string' ? said.trim().slice(0, LONGEST_TOLD) : ''
  return words
    ? `It answered with ${response.status}: ${words}`
    : `It answered with ${response.status}.`
}

/** @param {string} address as it was entered @returns {string} with the version, which local servers are shown without */
export function apiAddress(address) {
  const url = directAddress(address.trim())
  return url.pathname === '/' ? `${url.origin}/v1` : url.href.replace(/\/+$/, '')
}

/**
 * @param {string} address of its API
 * @returns {Promise<{ models: { id: string }[], latencyMs: number }>}
 * @throws {DirectError}
 */
export async function listDirectly(address) {
  const began = performance.now()
  const signal = AbortSignal.timeout(LIST_MS)
  try {
    const response = await callDirectly(`${apiAddress(address)}/models`, { signal })
    if (!response.ok) throw new DirectError(await refusalOf(response))
    const told = await response.json()
    if (!Array.isArray(told?.data)) throw new DirectError('What it answered is no list of models.')
    const ids = told.data.map((/** @type {any} */ model) => model?.id)
    const known = [
      ...new Set(ids.filter((/** @type {unknown} */ id) => id && typeof id === 'string')),
    ]
    return { models: known.map((id) => ({ id })), latencyMs: performance.now() - began }
  } catch (error) {
    if (error instanceof DirectError) throw error
    throw new DirectError(
      signal.aborted
        ? `It did not answer within ${LIST_MS / 1000} s.`
        : 'What it answered is no list of models.',
    )
  }
}

/** @param {string} address @returns {Promise<import('../helpers/types.js').Tested>} as the server tells of those that it tests */
export async function testDirectly(address) {
  const { models, latencyMs } = await listDirectly(address)
  const latency = Math.round(latencyMs)
  return {
    reachable: true,
    key_accepted: null,
    models: models.length,
    latency_ms: latency,
    detail: `Reachable from this browser, ${countOf(models.length, 'model')}, ${formatInteger(latency)} ms.`,
  }
}

/** @param {string} address @returns {Promise<import('../helpers/discovery.js').Discovered>} likewise */
export async function discoverDirectly(address) {
  const { models } = await listDirectly(address)
  const first = models.slice(0, MOST_MODELS)
  const note = `It lists ${countOf(models.length, 'model')}; these are the first ${formatInteger(MOST_MODELS)}.`
  return { models: first, total: models.length, note: models.length > MOST_MODELS ? note : null }
}
